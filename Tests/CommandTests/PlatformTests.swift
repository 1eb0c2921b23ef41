import Foundation
import Testing

/// The platform of a run: it is recorded, shown and compared.
@Suite struct PlatformTests {
  private func train(_ sandbox: Sandbox, threads: Int = 1) throws -> String {
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "6", "--seed", "7", "--threads", "\(threads)")
    return try sandbox.newestRun()
  }

  private func platform(_ sandbox: Sandbox, _ run: String) throws -> [String: String]? {
    let shown = try sandbox.succeed("show", run, "--json").json() as? [String: Any]
    return (shown?["run"] as? [String: Any])?["platform"] as? [String: String]
  }

  @Test func itIsRecordedAndShown() throws {
    let sandbox = try Sandbox()
    let run = try train(sandbox)
    let facts = try #require(try platform(sandbox, run))
    #expect(
      Set(facts.keys) == [
        "zoo", "SLEEF", "C library", "processor",
      ])
    #expect(facts.values.allSatisfy { !$0.isEmpty && $0 != "unknown" }, "\(facts)")
    let info = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    let name = info.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last
    #expect(facts["processor"]?.contains((name ?? "").trimmingCharacters(in: .whitespaces)) == true)
    let line = try sandbox.succeed("show", run).output.split(separator: "\n").filter { $0.hasPrefix("platform ") }
    #expect(line.count == 1)
    for (name, value) in facts { #expect(line.first?.contains("\(name) \(value)") == true, "\(name)") }
  }

  /// Variables that limit OpenMP's threads, and a machine with fewer processors.
  @Test(arguments: [["OMP_THREAD_LIMIT": "1"], ["OMP_DYNAMIC": "true"], ["OMP_MAX_ACTIVE_LEVELS": "0"]])
  func bitsDoNotDependOnTheThreadsOfTheSystem(_ variables: [String: String]) throws {
    let sandbox = try Sandbox()
    let digest = try sandbox.digest(train(sandbox, threads: 2))
    sandbox.environment.merge(variables) { $1 }
    #expect(try sandbox.digest(train(sandbox, threads: 2)) == digest)
    let alone = try sandbox.shell(
      "taskset -c 0 $ZOO train wgan-gp-tiny --steps 6 --seed 7 --threads 2")
    try #require(alone.code == 0, "\(alone)")
    #expect(try sandbox.digest(sandbox.newestRun()) == digest)
  }

  @Test func tooManyThreadsAreAnError() throws {
    let sandbox = try Sandbox()
    try sandbox.fail(
      "train", "wgan-gp-tiny", "--steps", "1", "--threads", "65", saying: ["65 threads, expected 1 to 64"])
  }

  @Test func otherFactsAreComparedAndMissingOnesAreNot() throws {
    let sandbox = try Sandbox()
    let run = try train(sandbox)
    func record(_ platform: String) throws {
      let program =
        "import sqlite3, sys; c = sqlite3.connect('zoo.sqlite'); "
        + "c.execute('UPDATE run SET platform = ?', (sys.argv[1] or None,)); c.commit()"
      let outcome = try sandbox.shell("python3 -c \"\(program)\" '\(platform)'")
      try #require(outcome.code == 0, "\(outcome)")
    }
    for (fact, value) in try #require(try platform(sandbox, run)) {
      try record("{\"\(fact)\": \"another\"}")
      try sandbox.fail("resume", run, "--steps", "1", saying: ["\(fact) was another, now it is \(value)"])
    }
    try record("{\"what later versions know\": \"another\"}")
    try sandbox.succeed("resume", run, "--until", "7")
    try record("[]")
    try sandbox.fail("resume", run, "--steps", "1", saying: ["run \(run) has a platform that can't be read"])
    try sandbox.fail("show", run, saying: ["run \(run) has a platform that can't be read"])
    // Runs of an early version have no platform.
    try record("")
    try sandbox.succeed("resume", run, "--until", "8")
    #expect(try !sandbox.succeed("show", run).output.contains("platform "))
  }
}
