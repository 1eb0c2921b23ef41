import Foundation
import Testing

import Environments

/// Environments that several Python processes compute. One process is the reference.
@Suite("Workers of Gymnasium's environments", Bridge.condition)
struct BridgeWorkerTests {
  /// An environment and its arguments. `Chance-v0` draws from every generator that environments of a process share.
  struct Example: CustomTestStringConvertible, Sendable {
    let module, name: String
    var arguments: [String: GymnasiumArgument] = [:]
    var testDescription: String { "\(name) \(arguments)" }

    func make(
      workers: Int, count: Int = 5, seed: UInt64 = 3, mode: AutoresetMode = .sameStep
    ) throws -> GymnasiumEnvironment {
      try Bridge.trial(
        arguments, name: name, module: module, count: count, workers: workers, seed: seed, mode: mode, trial: .none)
    }
  }

  static let chance = Example(module: "zoo_trials", name: "Chance-v0")
  static let examples =
    [
      chance, Example(module: "zoo_trials", name: "Chance-v0", arguments: ["source": .text("torch")]),
      Example(module: "zoo_trials", name: "Chance-v0", arguments: ["source": .text("late torch")]),
      Example(module: "zoo_environments", name: "MadeAgain-v0"),
    ]
    + ["camera", "dict", "nested"].map {
      Example(module: "zoo_spaces", name: "Walk-v0", arguments: ["space": .text($0), "draws": .bool(true)])
    }

  @Test("The number of workers changes no bit", arguments: examples)
  func equal(_ example: Example) throws {
    var (courses, states): ([[VectorStep]], [EnvironmentState]) = ([], [])
    for workers in [1, 2, 3, 5] {
      var environment = try example.make(workers: workers)
      #expect(Set(environment.processIdentifiers).count == workers)
      var step = VectorStep(for: environment)
      try environment.reset(seed: 8, into: &step)
      var course = [step] + (try environment.advance(30, from: &step))
      try environment.reset(where: [false, true, true, false, true], into: &step)
      course.append(step)
      states.append(try environment.state)
      courses.append(course + (try environment.advance(10, from: &step)))
      // A state continues with any number of workers.
      try environment.restore(states[0])
      #expect(try environment.state == states[0])
      #expect(try environment.advance(10, from: &step).map(\.observations) == courses[0].suffix(10).map(\.observations))
    }
    #expect(courses.allSatisfy { $0 == courses[0] } && states.allSatisfy { $0 == states[0] })
    #expect(states[0].continuesEpisodes)
    #expect(courses[0].contains { $0.terminated.contains(true) || $0.truncated.contains(true) })
  }

  @Test("Environment k with seed s draws as the first one with seed s + k")
  func seeds() throws {
    var all = try Self.chance.make(workers: 2, count: 3)
    var step = VectorStep(for: all)
    let rows = try all.advance(20, from: &step).map(\.observations)
    for copy in 0..<3 {
      var one = try Self.chance.make(workers: 1, count: 1, seed: 3 + UInt64(copy))
      let width = one.observationSpace.count
      var own = VectorStep(for: one)
      let found = try one.advance(20, from: &own).map(\.observations)
      #expect(found == rows.map { Array($0[copy * width..<(copy + 1) * width]) }, "\(copy)")
    }
  }

  /// The environments of early versions shared the generators of their process.
  @Test("A state of an early version continues as it did")
  func early() throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: Bridge.fixture("python-with-fixtures"))
    process.arguments = [Bridge.fixture("early_state.py")]
    process.standardOutput = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    struct Early: Decodable {
      let state: Data
      let observations: [[Float]]
    }
    let early = try JSONDecoder().decode(Early.self, from: text)
    var words = [Int64](repeating: 0, count: (early.state.count + 7) / 8)
    words.withUnsafeMutableBytes { $0.copyBytes(from: early.state) }
    let id = "zoo_trials:Chance-v0"
    let state = EnvironmentState([
      "\(id)/pickle": .int64(words), "\(id)/pickle-bytes": .int64([Int64(early.state.count)]),
    ])
    var environment = try Self.chance.make(workers: 1, count: 2)
    var step = VectorStep(for: environment)
    try environment.restore(state)
    #expect(try environment.advance(9, from: &step).map(\.observations) == Array(early.observations[..<9]))
    // It is saved in its own form, and the next process continues, too.
    let later = try environment.state
    #expect(later.arrays.keys.sorted() == state.arrays.keys.sorted())
    var resumed = try Self.chance.make(workers: 1, count: 2, seed: 99)
    try resumed.restore(later)
    #expect(try resumed.advance(16, from: &step).map(\.observations) == Array(early.observations[9...]))
    #expect(try environment.advance(16, from: &step).map(\.observations) == Array(early.observations[9...]))
    #expect(try resumed.state == environment.state)

    var several = try Self.chance.make(workers: 2, count: 2)
    let unchanged = try several.state
    let error = #expect(throws: EnvironmentError.self) { try several.restore(state) }
    #expect(error?.message.contains("a state of an early version") == true)
    #expect(error?.message.contains("needs 1 worker, found 2") == true)
    #expect(try several.state == unchanged)
  }

  @Test("A step that one worker refuses changes nothing")
  func refused() throws {
    var environment = try Self.chance.make(workers: 3, count: 3, mode: .disabled)
    var step = VectorStep(for: environment)
    // Episodes end after 7 observations; one environment is a step ahead.
    try environment.reset(where: [false, true, false], into: &step)
    _ = try environment.advance(5, from: &step)
    #expect(step.terminated == [false, true, false])
    let state = try environment.state
    let error = #expect(throws: EnvironmentError.self) { try environment.advance(1, from: &step) }
    #expect(error?.code == .episodeOver)
    #expect(error?.message.contains("the episodes of environments 1 are over") == true, "\(error?.message ?? "")")
    #expect(try environment.state == state)
    try environment.reset(where: [false, true, false], into: &step)
    _ = try environment.advance(1, from: &step)
  }

  @Test("A state with one broken pickle is refused, and nothing changes")
  func unfit() throws {
    var environment = try Self.chance.make(workers: 2, count: 2)
    let state = try environment.state
    var arrays = state.arrays
    guard case .int64(var words) = arrays["zoo_trials:Chance-v0/pickles"] else {
      Issue.record("there are no pickles")
      return
    }
    words[words.count - 9] = -1
    arrays["zoo_trials:Chance-v0/pickles"] = .int64(words)
    let changed = EnvironmentState(arrays)
    // Only the last pickle, that of the second worker, is broken.
    let error = #expect(throws: EnvironmentError.self) { try environment.restore(changed) }
    #expect(error?.code == .invalidState)
    #expect(try environment.state == state)
  }

  @Test("The workers compute a step at the same time")
  func parallel() throws {
    var environment = try Bridge.trial(
      ["fault": .text("slow")], name: "Endless-v0", count: 4, workers: 4, mode: .sameStep, trial: .none)
    var step = VectorStep(for: environment)
    let start = ContinuousClock.now
    _ = try environment.advance(2, from: &step)
    // One after the other, the 8 steps of 0.5 s would take 4 s.
    #expect(ContinuousClock.now - start < .seconds(2.5))
  }

  @Test(
    "The error names the worker and its environments, and all workers end",
    arguments: [
      ("hang", "worker 2 of 2 (environments 1 to 2) sent no answer within 2.0 seconds and was killed"),
      ("exit", "worker 2 of 2 (environments 1 to 2) exited with status 3"),
      ("raise", "step() of environment 1 raised in step"),
      ("observation", "environment 1 returned the observation [nan]"),
    ])
  func fault(_ fault: String, _ words: String) throws {
    var environment = try Bridge.trial(
      ["fault": .text(fault), "at": .int(12), "only": .int(1)], name: "Endless-v0", count: 3, workers: 2,
      mode: .sameStep, timeout: .seconds(2), trial: .none)
    var step = VectorStep(for: environment)
    _ = try environment.advance(11, from: &step)
    let error = #expect(throws: EnvironmentError.self) { try environment.advance(1, from: &step) }
    #expect(error?.code == .worker && error?.message.contains(words) == true, "\(error?.message ?? "")")
    for process in environment.processIdentifiers { #expect(try Bridge.hasEnded(process, within: 2)) }
    let again = #expect(throws: EnvironmentError.self) { try environment.state }
    #expect(again?.message == error?.message)
  }

  @Test("A killed worker is reported at the next call", arguments: [0, 1, 2])
  func killed(_ number: Int) throws {
    var environment = try Self.chance.make(workers: 3)
    let state = try environment.state
    var step = VectorStep(for: environment)
    kill(environment.processIdentifiers[number], SIGKILL)
    let error = #expect(throws: EnvironmentError.self) { try environment.advance(1, from: &step) }
    let places = ["environment 0", "environments 1 to 2", "environments 3 to 4"]
    #expect(
      error?.message.contains("worker \(number + 1) of 3 (\(places[number])) was killed by signal 9 (Killed)") == true,
      "\(error?.message ?? "")")
    for process in environment.processIdentifiers { #expect(try Bridge.hasEnded(process, within: 2)) }
    var resumed = try Self.chance.make(workers: 2)
    try resumed.restore(state)
    _ = try resumed.advance(1, from: &step)
  }

  @Test("An environment that can't be saved begins the same new episodes with any number of workers")
  func newEpisodes() throws {
    var states: [EnvironmentState] = []
    var starts: [[Float]] = []
    for workers in 1...2 {
      var environment = try Bridge.trial(["fault": .text("unpicklable")], count: 3, workers: workers)
      #expect(environment.savingObstacle != nil)
      var step = VectorStep(for: environment)
      _ = try environment.advance(5, from: &step)
      states.append(try environment.state)
      try environment.restore(states[0])
      try environment.reset(seed: nil, into: &step)
      starts.append(step.observations)
    }
    #expect(states[0] == states[1] && !states[0].continuesEpisodes && starts[0] == starts[1])
  }

  @Test("More workers than environments are refused", arguments: [0, -1, 3])
  func tooMany(_ workers: Int) throws {
    let error = #expect(throws: EnvironmentError.self) { try Self.chance.make(workers: workers, count: 2) }
    #expect(error?.code == .invalidSetting)
    #expect(error?.message.contains("expected 1 to 2 workers, as there are 2 environments, found \(workers)") == true)
  }
}
