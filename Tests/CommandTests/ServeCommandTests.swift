import Foundation
import TestSupport
import Testing

/// Pages and JSON of `zoo serve`, from a real process and its socket.
@Suite struct ServeCommandTests {
  /// A name that a page must not take for markup.
  private static let name = #"<script>alert("1")</script> & 'more' \"#

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.succeed(
      "train", "wgan-gp-tiny", "--steps", "12", "--seed", "1", "--threads", "1", "--name", Self.name, "--set",
      "samples={every: 4, n: 4}", "--checkpoint-every", "4")
    try sandbox.succeed(
      "train", "wgan-gp-tiny", "--steps", "12", "--seed", "2", "--threads", "1", "--set", "penalty.weight=5")
    return sandbox
  }

  private func runs(_ sandbox: Sandbox) throws -> [[String: Any]] {
    try #require(sandbox.run("list", "runs", "--json").json() as? [[String: Any]])
  }

  @Test func everyAddressAnswers() throws {
    let sandbox = try sandbox()
    let ids = try runs(sandbox).compactMap { $0["id"] as? String }
    let id = try #require(ids.last)
    let bytes = try Data(contentsOf: sandbox.file("zoo.sqlite"))
    let server = try ServedStore(sandbox)

    let description = try #require(server.client.get("/api/v1/openapi.json").json() as? [String: Any])
    let paths = try #require(description["paths"] as? [String: Any]).keys
    #expect(paths.count > 5)
    for path in paths {
      let address = "/api/v1\(path)?metric=critic\(path == "/curve" ? "&run=\(id)" : "")".replacing("{run}", with: id)
      let answer = try server.client.get(address)
      #expect(
        answer.status == 200 && answer.headers["content-type"] == "application/json", "\(address): \(answer.text)")
      _ = try answer.json()
    }
    let pages = [
      "/", "/?q=tiny&status=done&sort=-critic&columns=critic,penalty&page=1", "/runs/\(id)",
      "/runs/\(id)?x=seconds&smooth=0.9&logy=1&from=0&to=1", "/compare?run=\(ids[0])&run=\(ids[1])",
      "/compare?run=\(ids[0])&run=\(ids[1])&group=penalty.weight", "/models", "/models/wgan-gp-tiny",
      "/models/ppo-cartpole", "/runs/\(id)/graphs/critic", "/runs/\(id)/graphs/program%2Fcritic",
      "/runs/\(id)/graphs/program%2Fcritic?profile=1", "/runs/\(id)/weights", "/runs/\(id)/weights?step=8&since=4",
      "/?tag=none",
    ]
    for page in pages {
      let answer = try server.client.get(page)
      #expect(answer.status == 200 && answer.headers["content-type"] == "text/html; charset=utf-8", "\(page)")
      #expect(answer.text.hasSuffix("</html>\n"), "\(page)")
      // All addresses that a page loads or links to answer, too.
      for match in answer.text.matches(of: /(?:href|src|data|data-points)="([^"#]+)/) {
        let link = String(match.1).replacing("&amp;", with: "&")
        let address = link.hasPrefix("?") ? page + link : link
        #expect(address.hasPrefix("/"), "\(page) links to \(address)")
        #expect(try server.client.get(address).status == 200, "\(page) links to \(address)")
      }
    }
    #expect(try Data(contentsOf: sandbox.file("zoo.sqlite")) == bytes)
  }

  @Test func numbersAreThoseOfTheStore() throws {
    let sandbox = try sandbox()
    let listed = try runs(sandbox)
    let id = try #require(listed.last?["id"] as? String)
    let server = try ServedStore(sandbox)
    let record = try #require(server.client.get("/api/v1/runs").json() as? [String: Any])
    #expect(record["count"] as? Int == 2)
    #expect((record["runs"] as? NSArray) == listed as NSArray)
    let metrics = try #require(sandbox.run("show", id, "--metrics", "--json").json() as? [[String: Any]])
    #expect(try server.client.get("/api/v1/runs/\(id)/metrics").json() as? NSArray == metrics as NSArray)
    let curve = try #require(server.client.get("/api/v1/runs/\(id)/curve?metric=critic").json() as? [String: Any])
    let series = try #require((curve["series"] as? [[String: Any]])?.first)
    let expected = metrics.filter { $0["key"] as? String == "critic" }.compactMap { $0["value"] as? Double }
    #expect(expected.count == 12)
    #expect((series["points"] as? [[Double]])?.map { $0[1] } == expected)
    // A part of the axis.
    let part = try #require(
      server.client.get("/api/v1/runs/\(id)/curve?metric=critic&from=4&to=6").json() as? [String: Any])
    let points = (part["series"] as? [[String: Any]])?.first?["points"] as? [[Double]]
    #expect(points?.map { $0[0] } == [4, 5, 6])
    let page = try server.client.get("/?sort=critic&columns=critic").text
    let order = listed.sorted { one, two in
      let values = [one, two].compactMap { ($0["metrics"] as? [String: Double])?["critic"] }
      return values[0] < values[1]
    }.compactMap { $0["id"] as? String }
    let places = try order.map { try #require(page.range(of: "value=\"\($0)\"")).lowerBound }
    #expect(places == places.sorted())
    // Files have the bytes that commands write.
    let csv = try sandbox.run("log", id, "--format", "csv", "-o", "-").output
    #expect(try server.client.get("/runs/\(id)/metrics.csv").text == csv)
    try sandbox.succeed("show", id, "--samples", "-o", "pictures")
    let picture = try Data(contentsOf: sandbox.file("pictures/samples-08.png"))
    #expect(try server.client.get("/runs/\(id)/pictures/samples/8.png").body == picture)
    try sandbox.succeed("export", id, "--network", "critic", "-o", "critic.onnx")
    let network = try Data(contentsOf: sandbox.file("critic.onnx"))
    #expect(try server.client.get("/runs/\(id)/graphs/critic/model.onnx").body == network)
  }

  @Test func picturesAreThoseOfCommands() throws {
    let sandbox = try Sandbox(images: 1)
    try sandbox.succeed(
      "train", "ppo-cartpole", "--steps", "600", "--seed", "1", "--threads", "1", "--set", "evaluation.every=0",
      "--checkpoint-every", "256")
    let id = try sandbox.newestRun()
    let server = try ServedStore(sandbox)
    let steps = try #require(sandbox.run("list", "checkpoints", id, "--json").json() as? [[String: Any]])
    let first = try #require(steps.last?["step"] as? Int)
    for (checkpoint, reference) in [("", id), ("?checkpoint=latest", id), ("?checkpoint=\(first)", "\(id)@\(first)")] {
      try sandbox.succeed("play", reference, "-o", "film.gif")
      let film = try Data(contentsOf: sandbox.file("film.gif"))
      #expect(try server.client.get("/runs/\(id)/film.gif\(checkpoint)").body == film, "\(reference)")
    }
    #expect(try server.client.get("/runs/\(id)/film.gif?checkpoint=7").status == 404)
    try sandbox.succeed("plot", id, "--metric", "return", "-o", "curve.png", "--size", "560x300")
    let curve = try Data(contentsOf: sandbox.file("curve.png"))
    #expect(try server.client.get("/runs/\(id)/curve.png?metric=return").body == curve)
  }

  @Test func textsAreNoMarkup() throws {
    let sandbox = try sandbox()
    let id = try #require(try runs(sandbox).last?["id"] as? String)
    let server = try ServedStore(sandbox)
    let search = "/?q=%3Cscript%3Ealert(2)%3C/script%3E&columns=%22%3E%3Cscript%3E&sort=%22%3E%3Cscript%3E"
    for page in ["/", "/runs/\(id)", "/compare?run=\(id)", "/runs/\(id)/graphs/critic", search, "/%3Cscript%3E"] {
      let text = try server.client.get(page).text
      #expect(!text.contains("<script>") && text.contains("<script src"), "\(page)")
    }
    #expect(try server.client.get("/runs/\(id)").text.contains("&lt;script&gt;"))
    #expect(!(try server.client.get("/runs/\(id)/curve.svg?metric=critic").text.contains("<script")))
    let names = try server.client.get("/api/v1/runs").json() as? [String: Any]
    #expect((names?["runs"] as? [[String: Any]])?.contains { $0["name"] as? String == Self.name } == true)
    // A file name in a header.
    let header = try server.client.get("/runs/\(id)/graphs/critic/model.onnx").headers["content-disposition"]
    #expect(header?.contains("<") == false && header?.filter { $0 == "\"" }.count == 2, "\(header ?? "")")
  }

  @Test func onlyThisServersNamesAreAnswered() throws {
    let sandbox = try sandbox()
    let server = try ServedStore(sandbox)
    for host in [
      "127.0.0.1:\(server.client.port)", "localhost:\(server.client.port)", "LOCALHOST:\(server.client.port)",
    ] {
      #expect(try server.client.get("/", host: host).status == 200, "\(host)")
    }
    for host in [
      "evil.example", "evil.example:\(server.client.port)", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example",
    ] {
      for path in ["/", "/api/v1/runs", "/events", "/page.css"] {
        let answer = try server.client.get(path, host: host)
        #expect(answer.status == 421 && !answer.text.contains("wgan"), "\(host)\(path)")
      }
    }
    let policy = try server.client.get("/").headers["content-security-policy"]
    #expect(policy?.contains("default-src 'none'") == true && policy?.contains("unsafe") == false)
  }

  @Test func othersNeedTheToken() throws {
    let sandbox = try sandbox()
    let server = try ServedStore(sandbox, ["--host", "0.0.0.0"])
    let token = try #require(URLComponents(string: server.address)?.queryItems?.first { $0.name == "token" }?.value)
    #expect(token.count == 32)
    for path in ["/", "/api/v1/runs", "/?token=", "/?token=\(token)0", "/?token=\(String(token.dropLast()))0"] {
      let answer = try server.client.get(path, headers: ["Cookie: zoo-token=wrong"])
      #expect(answer.status == 403 && !answer.text.contains("wgan"), "\(path)")
    }
    let entry = try server.client.get("//evil.example/runs?token=\(token)&q=tiny")
    #expect(entry.status == 303 && entry.headers["location"] == "/evil.example/runs?q=tiny")
    let cookie = "zoo-token-\(server.client.port)=\(token)"
    #expect(entry.headers["set-cookie"] == "\(cookie); Path=/; HttpOnly; SameSite=Strict")
    #expect(try server.client.get("/", headers: ["Cookie: \(cookie)"]).status == 200)
    #expect(try server.client.get("/", headers: ["Cookie: zoo-token=\(token)"]).status == 403)
  }

  @Test func answersAreComputedOnceForEachState() throws {
    let sandbox = try sandbox()
    let server = try ServedStore(sandbox)
    let first = try server.client.get("/")
    let tag = try #require(first.headers["etag"])
    let second = try server.client.get("/", headers: ["If-None-Match: \(tag)"])
    #expect(second.status == 304 && second.body.isEmpty)
    #expect(try server.client.get("/").body == first.body)
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "2", "--seed", "3", "--threads", "1")
    let third = try server.client.get("/", headers: ["If-None-Match: \(tag)"])
    #expect(third.status == 200 && third.headers["etag"] != tag && third.text.contains("3 runs."))
  }

  @Test func changesAreReported() throws {
    let sandbox = try sandbox()
    let server = try ServedStore(sandbox)
    let training = try sandbox.start(
      ["train", "wgan-gp-tiny", "--steps", "400", "--seed", "3", "--threads", "1", "--checkpoint-every", "20"])
    let request = "GET /events HTTP/1.1\r\nHost: 127.0.0.1:\(server.client.port)\r\n\r\n"
    let states = { (data: Data) in String(decoding: data, as: UTF8.self).matches(of: /data: (\S*)/).map { String($0.1) }
    }
    let data = server.client.exchange(request.utf8) { states($0).count > 1 }
    #expect(Set(states(data)).count > 1, "\(String(decoding: data, as: UTF8.self))")
    #expect(try training.wait().code == 0)
  }

  @Test func wrongRequestsAreAnsweredAndHarmless() throws {
    let sandbox = try sandbox()
    let id = try #require(try runs(sandbox).last?["id"] as? String)
    try Data("secret".utf8).write(to: sandbox.file("secret.txt"))
    let server = try ServedStore(sandbox)
    let missing = [
      "/nothing", "/runs/0000000", "/runs/%00", "/runs/'%20OR%201=1--", "/../secret.txt", "/..%2fsecret.txt",
      "/models/..%2f..%2fsecret", "/models/ppo-cartpole/..%2fREADME.md", "/models/ppo-cartpole/critic9.onnx",
      "/runs/\(id)/pictures/samples/..%2f8.png", "/runs/\(id)/pictures/samples/9.png", "/runs/\(id)/graphs/nothing",
      "/runs/\(id)/weights.svg?tensor=nothing", "/runs/\(id)/film.gif", "/runs/\(id)/actions/stop",
      "/compare/parallel.svg?run=\(id)", "/runs/\(id)/graphs/critic/secret.txt", "/api/v1/runs/0000000", "/api/v2/runs",
    ]
    for path in missing { #expect(try server.client.get(path).status == 404, "\(path)") }
    let wrong = [
      "/?page=0", "/?page=x", "/?status=dead", "/compare",
      "/compare?" + (0..<21).map { "run=\($0)" }.joined(separator: "&"),
      "/runs/\(id)?smooth=1", "/runs/\(id)?smooth=0.9991", "/runs/\(id)?smooth=nan", "/runs/\(id)?x=feet",
      "/runs/\(id)?from=2&to=1",
      "/runs/\(id)/weights?step=9", "/runs/\(id)/weights?since=x", "/runs/\(id)/curve.svg",
      "/runs/\(id)/curve.svg?metric=nothing", "/runs/\(id)/curve.svg?metric=critic&width=1e9",
      "/runs/\(id)/curve.svg?metric=critic&group=nothing", "/api/v1/runs?limit=0", "/api/v1/runs?limit=1001",
      "/api/v1/runs?offset=-1",
    ]
    for path in wrong { #expect(try server.client.get(path).status == 400, "\(path)") }
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"] {
      let status = try server.client.get("/", method: method).status
      #expect(status == 405, "\(method): \(status)")
    }
    // Headers that are too large, no HTTP at all, and a sender who never finishes.
    let large =
      "GET / HTTP/1.1\r\nHost: 127.0.0.1:\(server.client.port)\r\nX: \(String(repeating: "x", count: 1 << 20))\r\n\r\n"
    #expect(!String(decoding: server.client.exchange(large.utf8), as: UTF8.self).hasPrefix("HTTP/1.1 200"))
    var random = SplitMix64(seed: 7)
    for _ in 0..<50 {
      let bytes = (0..<Int.random(in: 1...2000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(
        !String(decoding: server.client.exchange(bytes + [13, 10, 13, 10]), as: UTF8.self).hasPrefix("HTTP/1.1 200"))
    }
    let slow = (0..<50).map { _ in server.client.connect() }
    for socket in slow { _ = "GET / HTT".utf8.map { $0 }.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, 0) } }
    #expect(try server.client.get("/").status == 200)
    slow.forEach { close($0) }
    // Many at once.
    let (counts, client) = (Counts(), server.client)
    DispatchQueue.concurrentPerform(iterations: 100) { index in
      if (try? client.get("/?q=\(index)").status) == 200 { counts.add() }
    }
    #expect(counts.value == 100)
    #expect(server.isRunning)
    let peak = try server.peakMemory()
    #expect(peak < 400 << 20)
  }

  private final class Counts: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0
    func add() { lock.withLock { count += 1 } }
    var value: Int { lock.withLock { count } }
  }

  @Test func mistakesAreNamed() throws {
    let sandbox = try sandbox()
    let server = try ServedStore(sandbox)
    let port = server.client.port
    try sandbox.fail(
      "serve", "--port", "\(port)", saying: ["127.0.0.1:\(port) can't be listened at: Address already in use; choose"])
    try sandbox.fail("serve", "--host", "nowhere.invalid", saying: ["nowhere.invalid", "no host of that name"])
    try sandbox.fail("serve", "--store", "missing.sqlite", saying: ["missing.sqlite"])
    try sandbox.fail("serve", "--port", "70000", code: 64, saying: ["--port", "70000"])
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("missing.sqlite").path))
  }
}
