import Algorithms
import Environments
import GraphRuntime
import Foundation
import GraphIR

/// Acts by a stored policy.
package struct PolicySampler {
  /// The policy's distribution, where actions are drawn from it.
  private enum Form { case logits, gaussian, squashedGaussian }

  private let executor: Executor
  private let spaces: EnvironmentSpaces
  private let form: Form?
  /// The standard deviation of what is added to observations.
  private let noise: Float
  private let seed: UInt64
  /// A stream for each episode that is run at a time.
  private var draws: [RandomStream] = []
  private var disturbances: [RandomStream] = []

  /// - Parameters:
  ///   - isDeterministic: whether actions are the most likely ones; a policy without a distribution has no others.
  ///   - actionForm: of the actions in training.
  /// - Throws: what the executor throws.
  package init(
    _ policy: Graph, parameters: [String: TensorValue], _ spaces: EnvironmentSpaces,
    actionForm: EnvironmentSettings.ActionForm, isDeterministic: Bool, noise: Double, seed: UInt64
  ) throws {
    // A step has few rows: threads would wait for each other longer than they work.
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

  /// Begins episodes. The draws of each are its own, whichever others are run beside it.
  mutating func begin(_ episodes: Range<Int>) {
    func streams(_ name: String) -> [RandomStream] {
      episodes.map { RandomStream(seed: seed &+ UInt64($0), name: name) }
    }
    (draws, disturbances) = (streams("action"), streams("disturbance"))
  }

  /// Whether actions are drawn.
  var isDrawn: Bool { form != nil }

  /// What the environment is to make of the actions: those of the graph are in its bounds already.
  package var actionForm: EnvironmentSettings.ActionForm { form == .squashedGaussian ? .rescaled : .clipped }

  /// What the policy sees of observations: these with noise added.
  mutating func seen(_ observations: [Float]) -> [Float] {
    guard noise > 0 else { return observations }
    return zip(observations, disturbances.each(observations.count) { $0.normal($1) }).map { $0 + noise * $1 }
  }

  /// Actions for what the policy sees, [copies, S], one row after the other.
  package mutating func actions(_ observations: [Float]) throws -> ActionBatch {
    let shape: Shape = [observations.count / spaces.observationWidth, spaces.observationWidth]
    let outputs = try executor.run([executor.graph.inputs[0].name: TensorValue(observations, shape: shape)]).outputs
    func numbers(_ name: String) -> [Float] {
      guard let output = outputs[name] else { preconditionFailure("the policy gives no '\(name)'") }
      return output.elements()
    }
    switch form {
    case .logits: return .discrete(choices(numbers("logits")))
    case .gaussian: return .continuous(vectors(numbers("mean"), numbers("logDeviation")))
    case .squashedGaussian: return .continuous(vectors(numbers("mean"), numbers("logDeviation")).map(tanh))
    case nil:
      guard let action = outputs["action"] else { preconditionFailure("the policy gives no action") }
      return action.dtype == .int64
        ? .discrete((action.elements() as [Int64]).map { Int($0) - spaces.firstChoice })
        : .continuous(action.elements())
    }
  }

  /// A choice for each row of logits, by where a uniform number lies among the sums of their probabilities.
  private mutating func choices(_ logits: [Float]) -> [Int] {
    let width = spaces.actionWidth
    return draws.each(logits.count / width) { $0.uniform($1) }.enumerated().map { row, draw in
      let row = logits[row * width..<(row + 1) * width]
      let weights = row.map { exp($0 - (row.max() ?? 0)) }
      var left = draw * weights.reduce(0, +)
      for (choice, weight) in weights.enumerated() {
        left -= weight
        if left < 0 { return choice }
      }
      return width - 1
    }
  }

  /// mean + deviation · noise; deviations are one for each mean, or one for each number of an action.
  private mutating func vectors(_ means: [Float], _ logDeviations: [Float]) -> [Float] {
    let normal = draws.each(means.count) { $0.normal($1) }
    return means.indices.map { means[$0] + exp(logDeviations[$0 % logDeviations.count]) * normal[$0] }
  }
}

extension [RandomStream] {
  /// As many numbers of each stream, one after the other.
  fileprivate mutating func each(_ count: Int, _ draw: (inout RandomStream, Int) -> [Float]) -> [Float] {
    let share = count / self.count
    return indices.flatMap { draw(&self[$0], share) }
  }
}
