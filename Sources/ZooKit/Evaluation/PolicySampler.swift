import TrainingAlgorithms
import Environments
import GraphRuntime
import Foundation
import GraphIR

/// Computes the actions of a stored policy.
package struct PolicySampler {
  /// The policy's distribution, if actions are drawn from it.
  private enum Form { case logits, gaussian, squashedGaussian }

  private let executor: Executor
  private let spaces: EnvironmentSpaces
  private let form: Form?
  /// The standard deviation of the noise that is added to observations.
  private let noise: Float
  private let seed: UInt64
  /// A stream for each running episode.
  private var draws: [RandomStream] = []
  private var disturbances: [RandomStream] = []

  /// - Parameters:
  ///   - policy: the policy as a graph.
  ///   - parameters: its parameters, by name.
  ///   - spaces: the spaces of observations and actions.
  ///   - actionForm: the form of actions in training.
  ///   - isDeterministic: whether actions are the most likely ones; always so for a policy without a distribution.
  ///   - noise: the standard deviation of the normal noise that is added to observations.
  ///   - seed: the seed of the draws of episode 0; each episode adds its number.
  /// - Throws: the executor's errors.
  package init(
    _ policy: Graph, parameters: [String: TensorValue], _ spaces: EnvironmentSpaces,
    actionForm: EnvironmentSettings.ActionForm, isDeterministic: Bool, noise: Double, seed: UInt64
  ) throws {
    // A step has few rows: more threads would wait longer than they compute.
    executor = try Executor(policy, parameters: parameters, backend: CPUBackend(threads: 1))
    self.spaces = spaces
    let outputs = Set(policy.outputs.map(\.name))
    switch actionForm {
    case _ where isDeterministic: form = nil
    case _ where outputs.contains("logits"): form = .logits
    case .clipped where outputs.contains("logDeviation"): form = .gaussian
    case .rescaled where outputs.contains("logDeviation"): form = .squashedGaussian
    default: form = nil
    }
    self.noise = Float(noise)
    self.seed = seed
    begin(0..<1)
  }

  /// Begins episodes. The draws of each do not depend on the others.
  mutating func begin(_ episodes: Range<Int>) {
    func streams(_ name: String) -> [RandomStream] {
      episodes.map { RandomStream(seed: seed &+ UInt64($0), name: name) }
    }
    (draws, disturbances) = (streams("action"), streams("disturbance"))
  }

  /// Whether actions are drawn.
  var isDrawn: Bool { form != nil }

  /// The environment's treatment of the actions. The graph's own actions are in its bounds already.
  package var actionForm: EnvironmentSettings.ActionForm { form == .squashedGaussian ? .rescaled : .clipped }

  /// The policy's input: the observations with noise added.
  mutating func seen(_ observations: [Float]) -> [Float] {
    guard noise > 0 else { return observations }
    return zip(observations, disturbances.each(observations.count) { $0.normal($1) }).map { $0 + noise * $1 }
  }

  /// The actions for the policy's inputs, [envs, S].
  package mutating func actions(_ observations: [Float]) throws -> ActionBatch {
    let shape: Shape = [observations.count / spaces.observationWidth, spaces.observationWidth]
    let outputs = try executor.run([executor.graph.inputs[0].name: TensorValue(observations, shape: shape)]).outputs
    func numbers(_ name: String) -> [Float] {
      guard let output = outputs[name] else { preconditionFailure("the policy has no output '\(name)'") }
      return output.elements()
    }
    switch form {
    case .logits: return spaces.batch(of: choices(numbers("logits")))
    case .gaussian: return .continuous(vectors(numbers("mean"), numbers("logDeviation")))
    case .squashedGaussian: return .continuous(vectors(numbers("mean"), numbers("logDeviation")).map(tanh))
    case nil:
      guard let action = outputs["action"] else { preconditionFailure("the policy has no output 'action'") }
      guard action.dtype == .int64 else { return .continuous(action.elements()) }
      let (numbers, first): ([Int64], [Int]) = (action.elements(), spaces.firstChoices)
      return spaces.batch(of: numbers.enumerated().map { Int($1) - first[$0 % first.count] })
    }
  }

  /// The discrete actions of each row of logits: the place of a uniform draw in the cumulative probabilities. A binary
  /// action is 1 where the draw is below the probability.
  private mutating func choices(_ logits: [Float]) -> [Int] {
    let counts: [Int]
    switch spaces.action {
    case .discrete(let count, _): counts = [count]
    case .multiDiscrete(let several, _): counts = several
    case .multiBinary, .box:
      return zip(logits, draws.each(logits.count) { $0.uniform($1) }).map { $1 < 1 / (1 + exp(-$0)) ? 1 : 0 }
    }
    var start = 0
    return draws.each(logits.count / spaces.actionWidth * counts.count) { $0.uniform($1) }.enumerated().map {
      let row = logits[start..<start + counts[$0 % counts.count]]
      start = row.endIndex
      return Self.choice(row, draw: $1)
    }
  }

  private static func choice(_ row: ArraySlice<Float>, draw: Float) -> Int {
    let greatest = row.max() ?? 0
    let weights = row.map { exp($0 - greatest) }
    var left = draw * weights.reduce(0, +)
    for (choice, weight) in weights.enumerated() {
      left -= weight
      if left < 0 { return choice }
    }
    return row.count - 1
  }

  /// mean + standard deviation · noise. There is one standard deviation for each mean, or for each element of an
  /// action.
  private mutating func vectors(_ means: [Float], _ logDeviations: [Float]) -> [Float] {
    let normal = draws.each(means.count) { $0.normal($1) }
    return means.indices.map { means[$0] + exp(logDeviations[$0 % logDeviations.count]) * normal[$0] }
  }
}

extension [RandomStream] {
  /// `count` draws, equally many of each stream, concatenated.
  fileprivate mutating func each(_ count: Int, _ draw: (inout RandomStream, Int) -> [Float]) -> [Float] {
    let share = count / self.count
    return indices.flatMap { draw(&self[$0], share) }
  }
}
