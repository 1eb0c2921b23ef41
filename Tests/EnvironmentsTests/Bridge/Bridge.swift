import Foundation
import Testing

import Environments

/// The requirements of the tests of `GymnasiumEnvironment`: a Python with Gymnasium, which `ZOO_PYTHON` names, and the
/// environments of `zoo_environments.py`.
enum Bridge {
  static let python = ProcessInfo.processInfo.environment["ZOO_PYTHON"]
  static let condition = ConditionTrait.enabled(
    if: python != nil, "ZOO_PYTHON names no Python with gymnasium")

  /// An environment of Gymnasium's own.
  static func make(
    _ id: EnvironmentID, count: Int = 3, seed: UInt64 = 0, timeLimit: Int? = nil, mode: AutoresetMode = .nextStep
  ) throws -> GymnasiumEnvironment {
    try GymnasiumEnvironment(id.rawValue, count: count, seed: seed, timeLimit: timeLimit, autoresetMode: mode)
  }

  /// An environment of `zoo_environments.py`, or of another module of the fixtures.
  static func trial(
    _ arguments: [String: GymnasiumArgument] = [:], name: String = "Trial-v0", module: String = "zoo_environments",
    count: Int = 2, workers: Int = 1, seed: UInt64 = 0, mode: AutoresetMode = .nextStep,
    timeout: Duration = .seconds(60), trial: GymnasiumTrial = .saving
  ) throws -> GymnasiumEnvironment {
    try GymnasiumEnvironment(
      "\(module):\(name)", arguments: arguments, count: count, workers: workers, seed: seed, autoresetMode: mode,
      python: fixture("python-with-fixtures"), timeout: timeout, trial: trial)
  }

  /// A probe of an environment of `zoo_trials.py`.
  static func probe(
    _ name: String, _ arguments: [String: GymnasiumArgument] = [:], trial: GymnasiumTrial = .saving
  ) throws -> GymnasiumProbe {
    try GymnasiumProbe(
      "zoo_trials:\(name)", arguments: arguments, trial: trial, python: fixture("python-with-fixtures"))
  }

  /// The path of a file that tests share.
  static func fixture(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures/\(name)").standardizedFileURL
      .path
  }

  /// Waits until a process has ended, at most `seconds` seconds. A zombie has ended, too.
  static func hasEnded(_ process: Int32, within seconds: Int) throws -> Bool {
    for _ in 0..<seconds * 100 {
      guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        !status.contains(") Z ")
      else { return true }
      usleep(10_000)
    }
    return false
  }
}

extension GymnasiumEnvironment {
  /// Takes the same action in every environment for `steps` steps.
  mutating func advance(_ steps: Int, from step: inout VectorStep) throws -> [VectorStep] {
    let actions: ActionBatch =
      switch actionSpace {
      case .discrete: .discrete([Int](repeating: 1, count: count))
      case .multiDiscrete(let counts, _): .multiDiscrete([Int](repeating: 0, count: count * counts.count))
      case .multiBinary(let width): .multiDiscrete([Int](repeating: 1, count: count * width))
      case .box(let box): .continuous([Float](repeating: 0.5, count: count * box.count))
      }
    return try (0..<steps).map { _ in
      try self.step(actions, into: &step)
      return step
    }
  }
}
