import Testing

import Environments

@Suite("Broken environments of Gymnasium", Bridge.condition)
struct BridgeBrokenTests {
  struct Fault: CustomTestStringConvertible, Sendable {
    let name: String
    let result: String
    let words: [String]
    var testDescription: String { "\(name): \(result)" }

    init(_ name: String, _ result: String, _ words: String...) {
      (self.name, self.result, self.words) = (name, result, words)
    }
  }

  /// A part of a result, a Python expression that replaces it, and words of the message.
  static let faults: [Fault] = [
    .init("reset", "value[0]", "reset() returned an array of float32", "(observation, info)"),
    .init("reset", "(*value, 1)", "reset() returned (an array", ", 1)", "(observation, info)"),
    .init("reset_info", "None", "reset() returned", "None), expected", "a dict"),
    .init("reset_observation", "value.astype(object)", "reset() returned the observation an array of object", "(2,)"),
    .init("reset_observation", "1/0", "reset() raised ZeroDivisionError", "zoo_trials.py"),
    .init("step", "value[:4]", "step() returned 4 values, expected 5", "'done'"),
    .init("step", "(*value, 1)", "step() returned 6 values, expected 5"),
    .init("step", "list(value)", "step() returned a list of 5, expected 5 values"),
    .init("step", "None", "step() returned None, expected 5 values"),
    .init("reward", "None", "step() returned the reward None, expected a number"),
    .init("reward", "'much'", "step() returned the reward a str ('much')"),
    .init("reward", "np.ones(2)", "step() returned the reward an array of float64 with the shape (2,)"),
    .init("reward", "1j", "step() returned the reward 1j"),
    .init("terminated", "None", "step() returned None for terminated, expected True or False"),
    .init("terminated", "'no'", "step() returned a str ('no') for terminated"),
    .init("truncated", "np.zeros(2, bool)", "step() returned an array of bool", "for truncated"),
    .init("truncated", "0.5", "step() returned 0.5 for truncated"),
    .init("observation", "value[:1]", "step() returned the observation", "shape (1,)", "shape (2,)"),
    .init("observation", "{'a': value}", "step() returned the observation a dict"),
    .init("observation", "[[1], [2, 3]]", "step() returned the observation a list of 2"),
    .init("reward", "float('nan')", "step() returned the reward nan, expected finite numbers"),
    .init("reward", "np.array([-np.inf])", "step() returned the reward -inf, expected finite numbers"),
    .init(
      "observation", "value * np.nan", "step() returned the observation array([nan, n", "expected finite numbers"),
    .init("observation", "value * 1e39", "step() returned the observation", "expected finite numbers"),
    .init("reset_observation", "value + np.inf", "reset() returned the observation", "inf", "expected finite numbers"),
    .init("step", "__import__('sys').exit(3)", "step() raised SystemExit: 3 ("),
    .init("info", "[]", "step() returned the info a list of 0, expected a dict"),
    .init("reward", "1/0", "step() raised ZeroDivisionError", "zoo_trials.py"),
  ]

  @Test("A broken environment is refused at the start: the method, its result, the expected one", arguments: faults)
  func atTheStart(_ fault: Fault) throws {
    // With Gymnasium's checks, which have their own messages, and without them.
    for name in fault.result == "value[:4]" || fault.name.hasSuffix("info") ? ["Plain-v0", "Bare-v0"] : ["Plain-v0"] {
      let error = #expect(throws: EnvironmentError.self) {
        try Bridge.probe(name, [fault.name: .text(fault.result)], trial: .steps)
      }
      #expect(error?.code == .invalidSetting)
      for word in ["zoo_trials:\(name): it is broken: "] + fault.words {
        #expect(error?.message.contains(word) == true, "'\(word)' isn't in: \(error?.message ?? "")")
      }
      #expect(error?.message.contains("\n") == false)
    }
  }

  @Test(
    "A fault of a later step names the environment and the step",
    arguments: [("reward", "'much'", "the reward a str ('much')"), ("info", "None", "the info None")])
  func later(_ name: String, _ result: String, _ words: String) throws {
    var environment = try Bridge.trial(
      [name: .text(result), "at": .int(40)], name: "Plain-v0", module: "zoo_trials", mode: .sameStep)
    var step = VectorStep(for: environment)
    _ = try environment.advance(39, from: &step)
    let error = #expect(throws: EnvironmentError.self) { try environment.advance(1, from: &step) }
    #expect(error?.code == .worker)
    for word in ["environment 0 is broken: step() returned \(words), expected", "step 40 of all"] {
      #expect(error?.message.contains(word) == true, "'\(word)' isn't in: \(error?.message ?? "")")
    }
  }

  @Test("Arrays of one element, NumPy's scalars and lists are accepted")
  func taken() throws {
    func course(_ changes: [String: String]) throws -> [VectorStep] {
      var environment = try Bridge.trial(
        changes.mapValues { .text($0) }, name: "Plain-v0", module: "zoo_trials", mode: .sameStep)
      var step = VectorStep(for: environment)
      return try environment.advance(20, from: &step)
    }
    let expected = try course([:])
    #expect(expected.contains { $0.isOver(1) } && expected[2].rewards == [0.75, 0.75])
    #expect(
      try course([
        "reward": "np.array([[value]])", "terminated": "np.array([value])", "truncated": "np.int64(0)",
        "observation": "[float(x) for x in value]",
      ]) == expected)
    #expect(
      try course([
        "reward": "np.float16(value)", "terminated": "np.bool_(value)", "truncated": "0",
        "observation": "value.astype(np.int16)",
      ]) == expected)
  }
}
