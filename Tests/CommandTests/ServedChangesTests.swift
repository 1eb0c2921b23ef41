import Foundation
import TestSupport
import Testing

/// Changes of runs through the pages of `zoo serve --write`.
@Suite struct ServedChangesTests {
  /// A visitor who has shown the token.
  private struct Visitor {
    let server: ServedStore
    let cookie: String

    init(_ server: ServedStore) throws {
      let token = URLComponents(string: server.address)?.queryItems?.first { $0.name == "token" }?.value
      self.server = server
      cookie = "Cookie: zoo-token-\(server.client.port)=\(try #require(token))"
    }

    var origin: String { "Origin: http://127.0.0.1:\(server.client.port)" }

    func get(_ path: String) throws -> HTTPClient.Answer { try server.client.get(path, headers: [cookie]) }

    func post(_ path: String, _ form: String = "", headers: [String]? = nil) throws -> HTTPClient.Answer {
      try server.client.get(
        path, headers: (headers ?? [cookie, origin]) + ["Content-Type: application/x-www-form-urlencoded"],
        method: "POST", body: form)
    }
  }

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.succeed(
      "train", "wgan-gp-tiny", "--steps", "12", "--seed", "1", "--threads", "1", "--checkpoint-every", "4")
    return sandbox
  }

  private func shown(_ sandbox: Sandbox, _ run: String) throws -> [String: Any] {
    let shown = try sandbox.run("show", run, "--json").json() as? [String: Any]
    return try #require(shown?["run"] as? [String: Any])
  }

  @Test func eachChangeIsConfirmed() throws {
    let sandbox = try sandbox()
    let run = try sandbox.newestRun()
    let visitor = try Visitor(ServedStore(sandbox, ["--write"]))
    let page = try visitor.get("/runs/\(run)").text
    #expect(page.contains("action=\"/runs/\(run)/actions/rename\"") && !page.contains("/actions/stop"))
    let changes: [(action: String, form: String, says: [String], holds: ([String: Any]) -> Bool)] = [
      ("rename", "name=my+%3Cb%3Erun", ["To: my &lt;b&gt;run"], { $0["name"] as? String == "my <b>run" }),
      ("tag", "tags=good,+study+3,,", ["To: good, study 3"], { $0["tags"] as? [String] == ["good", "study 3"] }),
      ("note", "note=one%0D%0Atwo+%26+three", ["To: one"], { $0["note"] as? String == "one\ntwo & three" }),
      ("rename", "name=", ["To: none"], { $0["name"] == nil }),
    ]
    for change in changes {
      let before = try shown(sandbox, run) as NSDictionary
      let address = "/runs/\(run)/actions/\(change.action)"
      let question = try visitor.get("\(address)?\(change.form)")
      #expect(question.status == 200 && question.text.contains("method=\"post\""), "\(change.action)")
      for text in change.says { #expect(question.text.contains(text), "\(text) in \(question.text)") }
      #expect(try shown(sandbox, run) as NSDictionary == before, "\(change.action): a question changes nothing")
      let answer = try visitor.post(address, change.form)
      #expect(answer.status == 303 && answer.headers["location"] == "/runs/\(run)", "\(change.action)")
      #expect(change.holds(try shown(sandbox, run)), "\(change.action)")
    }
    #expect(try visitor.get("/?tag=good").text.contains("study 3"))
    #expect(try visitor.get("/?q=study+3").text.contains(run))
    #expect(!(try visitor.get("/?q=study+4").text.contains(run)))
  }

  @Test func checkpointsAreDeleted() throws {
    let sandbox = try sandbox()
    let run = try sandbox.newestRun()
    let visitor = try Visitor(ServedStore(sandbox, ["--write"]))
    func steps() throws -> [Int] {
      let listed = try sandbox.run("list", "checkpoints", run, "--json").json() as? [[String: Any]]
      return (listed ?? []).compactMap { $0["step"] as? Int }
    }
    #expect(try steps() == [12, 8, 4])
    let address = "/runs/\(run)/actions/prune"
    let question = try visitor.get("\(address)?step=8&step=4").text
    #expect(question.contains("Delete 2 checkpoints") && question.contains("\(run)@4"), "\(question)")
    #expect(try steps() == [12, 8, 4])
    #expect(try visitor.post(address, "step=8&step=4").status == 303)
    #expect(try steps() == [12])
    #expect(try visitor.post(address, "step=4").status == 404)
    #expect(try visitor.post(address, "step=12").status == 404)
    #expect(try visitor.post(address, "step=x").status == 400)
    #expect(try visitor.post(address).status == 400)
    #expect(try steps() == [12])
    try sandbox.succeed("verify")
  }

  @Test func aTrainingIsStopped() throws {
    let sandbox = try sandbox()
    let training = try sandbox.start(
      ["train", "wgan-gp-tiny", "--steps", "100000000", "--threads", "1", "--checkpoint-every", "5000"])
    var run = ""
    let hasBegun = training.wait {
      run = sandbox.newestRunIfAny() ?? ""
      return (try? shown(sandbox, run)["status"] as? String) == "running"
    }
    try #require(hasBegun)
    let visitor = try Visitor(ServedStore(sandbox, ["--write"]))
    let address = "/runs/\(run)/actions/stop"
    #expect(try visitor.get("/runs/\(run)").text.contains(address))
    #expect(try visitor.get(address).text.contains("zoo resume \(run)"))
    // A run that trains keeps its checkpoints.
    #expect(try visitor.post("/runs/\(run)/actions/prune", "step=0").status == 409)
    #expect(training.process.isRunning)
    #expect(try visitor.post(address).status == 303)
    #expect(try training.wait().code == 143)
    #expect(try shown(sandbox, run)["status"] as? String == "interrupted")
    #expect(try visitor.post(address).status == 409)
  }

  @Test func onlyThisServersPagesChangeRuns() throws {
    let sandbox = try sandbox()
    let run = try sandbox.newestRun()
    let address = "/runs/\(run)/actions/rename"
    let visitor = try Visitor(ServedStore(sandbox, ["--write"]))
    let port = visitor.server.client.port
    #expect(try visitor.post(address, "name=a", headers: [visitor.origin]).status == 403)
    #expect(try visitor.post(address, "name=a", headers: [visitor.cookie]).status == 403)
    for origin in ["null", "http://evil.example", "http://127.0.0.1:1", "http://localhost:\(port)", "file://"] {
      let answer = try visitor.post(address, "name=a", headers: [visitor.cookie, "Origin: \(origin)"])
      #expect(answer.status == 403, "\(origin)")
    }
    let long = "note=" + String(repeating: "x", count: 70_000)
    #expect(try visitor.post("/runs/\(run)/actions/note", long).status == 413)
    #expect(try visitor.post("/runs/\(run)/actions/destroy", "name=a").status == 404)
    #expect(try visitor.post("/runs/0000000/actions/rename", "name=a").status == 404)
    #expect(try visitor.post(address, "name=a@b").status == 400)
    for method in ["PUT", "DELETE", "PATCH"] {
      let answer = try visitor.server.client.get(address, headers: [visitor.cookie, visitor.origin], method: method)
      #expect(answer.status == 405, "\(method)")
    }
    #expect(try shown(sandbox, run)["name"] == nil)
    // Without --write there is nothing to ask.
    let reading = try ServedStore(sandbox)
    let origin = "Origin: http://127.0.0.1:\(reading.client.port)"
    #expect(try reading.client.get(address, headers: [origin], method: "POST", body: "name=a").status == 405)
    #expect(try reading.client.get(address).status == 404)
    #expect(!(try reading.client.get("/runs/\(run)").text.contains("/actions/rename")))
    #expect(try shown(sandbox, run)["name"] == nil)
  }
}
