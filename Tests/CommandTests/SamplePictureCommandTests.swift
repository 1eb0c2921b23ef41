import Foundation
import Testing

/// Pictures of samples that a run keeps: printed, written, and drawn again after kills.
@Suite struct SamplePictureCommandTests {
  private static func train(steps: Int, every: Int = 3) -> [String] {
    [
      "train", "wgan-gp-tiny", "--steps", "\(steps)", "--seed", "7", "--threads", "1", "--checkpoint-every", "7",
      "--set", "samples={every: \(every), n: 4}",
    ]
  }

  /// The pictures of a run by the names of their files.
  private func pictures(_ sandbox: Sandbox, _ run: String, store: String = "zoo.sqlite") throws -> [String: Data] {
    let folder = "pictures-\(UUID().uuidString)"
    try sandbox.succeed("show", run, "--samples", "-o", folder, "--store", store)
    let names = try FileManager.default.contentsOfDirectory(atPath: sandbox.file(folder).path)
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: sandbox.file("\(folder)/\($0)"))) })
  }

  /// No picture is missing, doubled or another one, whenever the process ends.
  @Test func killedAtRandomMomentsItHasTheSamePictures() throws {
    let sandbox = try Sandbox()
    var running = try sandbox.start(Self.train(steps: 1_000_000))
    #expect(running.wait { sandbox.newestRunIfAny() != nil })
    let run = try sandbox.newestRun()
    for _ in 0..<8 {
      usleep(.random(in: 0...80_000))
      running.send(SIGKILL)
      _ = try running.wait()
      running = try sandbox.start(["resume", run])
      let started = running
      _ = started.wait { ((try? String(contentsOf: started.errors, encoding: .utf8)) ?? "").contains("steps/s") }
    }
    running.send(SIGKILL)
    _ = try running.wait()
    let last = try #require((sandbox.run("show", run, "--json").json() as? [String: Any])?["step"] as? Int)
    try sandbox.succeed("resume", run, "--steps", "20")
    #expect(try sandbox.start(Self.train(steps: last + 20) + ["--store", "alone.sqlite"]).wait().code == 0)
    let alone = try sandbox.newestRun(store: "alone.sqlite")
    let expected = try pictures(sandbox, alone, store: "alone.sqlite")
    #expect(expected.count == (last + 20) / 3)
    #expect(try pictures(sandbox, run) == expected)
    #expect(try sandbox.digest(run) == sandbox.digest(alone, store: "alone.sqlite"))
    try sandbox.succeed("verify")
  }

  @Test func theyAreShownAndWritten() throws {
    let sandbox = try Sandbox()
    #expect(try sandbox.start(Self.train(steps: 12, every: 4)).wait().code == 0)
    let run = try sandbox.newestRun()
    #expect(try sandbox.succeed("show", run).output.contains("pictures: 3, the last one at step 12"))
    let detail = try sandbox.succeed("show", run, "--json").json() as? [String: Any]
    #expect((detail?["pictures"] as? [[String: Any]])?.compactMap { $0["step"] as? Int } == [4, 8, 12])
    let listed = try sandbox.succeed("show", run, "--samples").output.split(separator: "\n")
    #expect(listed.count == 4 && listed[0].contains("STEP"))
    let json = try sandbox.succeed("show", run, "--samples", "--json").json() as? [[String: Any]]
    #expect(json?.compactMap { $0["step"] as? Int } == [4, 8, 12])

    #expect(try pictures(sandbox, run).keys.sorted() == ["samples-04.png", "samples-08.png", "samples-12.png"])
    #expect(try pictures(sandbox, "\(run)@latest").count == 3)
    #expect(try pictures(sandbox, "\(run)@7").keys.sorted() == ["samples-4.png"])
    let sheet = try sandbox.succeed("show", run, "--samples", "-o", "sheet.png", "--json").json() as? [String: Any]
    #expect(sheet?["steps"] as? [Int] == [4, 8, 12])
    let signature = Data([0x89, 0x50, 0x4E, 0x47])
    #expect(try Data(contentsOf: sandbox.file("sheet.png")).prefix(4) == signature)
    #expect(try sandbox.shell("$ZOO show \(run) --samples -o - > piped.png").code == 0)
    #expect(try Data(contentsOf: sandbox.file("piped.png")) == Data(contentsOf: sandbox.file("sheet.png")))

    try sandbox.fail("show", run, "-o", "a.png", code: 64, saying: ["-o needs --samples or --graph"])
    try sandbox.fail("show", run, "--samples", "--metrics", code: 64, saying: ["exclude each other"])
    try sandbox.fail("show", "wgan-gp-tiny", "--samples", code: 64, saying: ["for runs only"])
    try Data().write(to: sandbox.file("notes.txt"))
    try sandbox.fail("show", run, "--samples", "-o", "notes.txt", saying: ["'notes.txt' can't be created", ".png"])
    try sandbox.fail("show", run, "--samples", "-o", "none/sheet.png", saying: ["none"])
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "2", "--name", "plain")
    try sandbox.fail(
      "show", "plain", "--samples", "-o", "folder", saying: ["'plain' has no pictures", "samples.every"])
    try sandbox.fail("show", "plain", "--samples", "-o", "a.png", saying: ["'plain' has no pictures"])
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("folder").path))
    #expect(try !sandbox.succeed("show", "plain").output.contains("pictures:"))
  }
}
