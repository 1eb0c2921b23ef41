import Foundation
import TestSupport
import Testing

/// `zoo edit` and `zoo stop`.
@Suite struct EditCommandTests {
  @Test func namesNotesAndTagsAreShownAndFound() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "4", "--seed", "1", "--threads", "1", "--name", "first")
    let run = try sandbox.newestRun()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "4", "--seed", "2", "--threads", "1")
    let digest = try sandbox.digest(run)
    let edited = try sandbox.succeed(
      "edit", "first", "--name", "baseline", "--note", "a first try\nof seed 1", "--tag", "good", "--tag", "study 3")
    #expect(edited.output == "run \(run)  baseline  tags: good, study 3\n")
    let shown = try sandbox.succeed("show", "baseline").output
    #expect(shown.contains("  tags: good, study 3\n  a first try\n  of seed 1\n"), "\(shown)")
    let listed = try sandbox.succeed("list", "runs").output
    #expect(listed.contains("TAGS") && listed.contains("good, study 3"), "\(listed)")
    let found = try sandbox.run("list", "runs", "--filter", "tag=good", "--json").json() as? [[String: Any]]
    #expect(found?.count == 1 && found?[0]["note"] as? String == "a first try\nof seed 1")
    #expect(found?[0]["tags"] as? [String] == ["good", "study 3"] && found?[0]["id"] as? String == run)
    try sandbox.succeed("edit", run, "--name", "", "--note", "", "--untag", "good", "--untag", "never")
    let rest = try sandbox.run("show", run, "--json").json() as? [String: Any]
    let record = rest?["run"] as? [String: Any]
    #expect(record?["name"] == nil && record?["note"] == nil && record?["tags"] as? [String] == ["study 3"])
    #expect(try sandbox.digest(run) == digest)
    try sandbox.fail("edit", run, code: 64, saying: ["--name, --note, --tag or --untag"])
    try sandbox.fail("edit", run, "--tag", "a,b", saying: ["'a,b'", "commas"])
    try sandbox.fail("edit", "\(run)@4", "--tag", "a", code: 64, saying: ["checkpoint"])
    try sandbox.fail("edit", "nothing", "--tag", "a", saying: ["nothing"])
  }

  @Test func stoppedTrainingsContinueBitForBit() throws {
    let sandbox = try Sandbox()
    let train = ["train", "wgan-gp-tiny", "--threads", "1", "--checkpoint-every", "500", "--seed"]
    let trainings = try ["1", "2"].map { try sandbox.start(train + [$0, "--steps", "100000000"]) }
    var runs: [String] = []
    let haveBegun = trainings[0].wait {
      let listed = try? sandbox.run("list", "runs", "--filter", "status=running", "--json").json() as? [[String: Any]]
      let sorted = (listed ?? []).sorted { $0["seed"] as? Int ?? 0 < $1["seed"] as? Int ?? 0 }
      runs = sorted.compactMap { $0["id"] as? String }
      return runs.count == 2
    }
    try #require(haveBegun)
    let outcome = try sandbox.succeed("stop", runs[0], runs[1])
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.hasSuffix("interrupted") }, "\(outcome.output)")
    for training in trainings { #expect(try training.wait().code == 143) }
    let history = try sandbox.succeed("show", runs[0]).output
    #expect(history.contains("SIGTERM") && history.contains("interrupted at step"), "\(history)")
    try sandbox.fail("stop", runs[0], saying: ["no process trains run \(runs[0])"])
    try sandbox.fail("stop", "nothing", saying: ["nothing"])
    let shown = try sandbox.run("show", runs[0], "--json").json() as? [String: Any]
    let end = "\(try #require(shown?["step"] as? Int) + 50)"
    try sandbox.succeed("resume", runs[0], "--until", end)
    #expect(try sandbox.start(train + ["1", "--steps", end, "--store", "straight.sqlite"]).wait().code == 0)
    let straight = try sandbox.newestRun(store: "straight.sqlite")
    #expect(try sandbox.digest(runs[0]) == sandbox.digest(straight, store: "straight.sqlite"))
    #expect(try sandbox.metrics(runs[0]) == sandbox.metrics(straight, store: "straight.sqlite"))
  }
}
