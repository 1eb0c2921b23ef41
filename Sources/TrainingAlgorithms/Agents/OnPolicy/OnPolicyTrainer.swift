import Checkpointing
import Datasets
import Environments
import GraphIR

/// Trains an agent by an on-policy algorithm: acts in parallel environments, and updates after each rollout.
///
/// A step is a step of one environment. An ``advance()`` is a step of each. The programs share one state.
public struct OnPolicyTrainer<Method: OnPolicyAlgorithm>: Trainer {
  /// The parts of a checkpoint.
  public static var parts: [StatePart<Self>] {
    [
      .init("step", \.step, in: 0...Int.max), .init("action", \.draws), .init("shuffle", \.shuffle),
      .init("", \.environment), .init("rollout", \.rollout), .init("agent/exploration", \.exploration),
    ]
  }

  /// The algorithm.
  public let algorithm: Method
  /// The number of steps done, of all environments together.
  public private(set) var step = 0
  /// The runner of the programs.
  public let runner: any ProgramRunner
  private let settings: EnvironmentSettings
  private let evaluator: AgentEvaluator
  private let seed: UInt64
  private let target: Int
  private var environment: TrainingEnvironment
  private var rollout: RolloutBuffer
  private var draws: RandomStream
  private var shuffle: Shuffle
  /// The draws of exploration's matrices, [envs, L, A]; empty if exploration has none.
  private var exploration: [Float]

  /// A trainer before its first step.
  ///
  /// - Throws: `EnvironmentError` if there is no such environment.
  init(_ algorithm: Method, _ setup: TrainingSetup, _ runner: any ProgramRunner) throws {
    let (settings, spaces) = (algorithm.environment, algorithm.policy.spaces)
    self.algorithm = algorithm
    self.settings = settings
    self.runner = runner
    target = setup.target
    seed = AgentSeeds.environment(setup.seed)
    environment = TrainingEnvironment(
      try settings.make(seed: seed, discount: algorithm.rollout.discount, actions: .clipped))
    rollout = RolloutBuffer(
      steps: algorithm.rollout.steps, copies: settings.copies, observationWidth: spaces.observationWidth,
      actionWidth: spaces.actionWidth)
    evaluator = AgentEvaluator(
      settings: algorithm.evaluation, environment: settings, spaces: spaces, actions: .clipped)
    draws = RandomStream(seed: setup.seed, name: "action")
    shuffle = Shuffle(
      count: rollout.steps * rollout.copies, key: RandomStream(seed: setup.seed, name: "shuffle").key)
    let shape = algorithm.policy.draws(count: settings.copies).shape
    exploration = algorithm.policy.isStateDependent ? [Float](repeating: 0, count: shape.elementCount) : []
  }

  /// Starts the first episodes.
  ///
  /// - Throws: the environment's errors.
  public mutating func begin() throws { try environment.begin(seed: seed) }

  /// Restores the state of a checkpoint. Episodes that it could not save are cut off as by a time limit.
  ///
  /// - Throws: `CheckpointError` if the state lacks something, `EnvironmentError` if the environment's does not fit.
  public mutating func restore(from state: TrainingState, as name: String) throws {
    try restoreParts(from: state, as: name)
    if let lost = environment.lostObservations { rollout.cutOff(worth: try valuesOfCutOff(lost)) }
  }

  /// One step of every environment, and the updates after the last step of a rollout.
  ///
  /// - Throws: ``AlgorithmError`` with code `diverged` if a metric is not finite. The update with that metric is not
  ///   applied, and the rollout is still due. The updates before it are applied.
  public mutating func advance() throws -> [String: Double] {
    // Updates that an earlier error has delayed come first.
    var metrics = rollout.isFull ? try update() : [:]
    try act()
    metrics.merge(environment.episodeMetrics) { $1 }
    if rollout.isFull { metrics.merge(try update()) { $1 } }
    return metrics
  }

  /// Whether the policy is to be evaluated at this step.
  public var isEvaluationDue: Bool { algorithm.evaluation.isDue(at: step, copies: environment.count) }

  /// Creates the environment of evaluations once, beside that of training.
  ///
  /// - Throws: the environment's errors.
  public func checkEvaluation() throws { try evaluator.check() }

  /// The mean return of the policy's most likely actions, as `evaluation`.
  ///
  /// - Throws: `CancellationError` if it is stopped; the environment's errors.
  public func evaluate(isStopped: () -> Bool) throws -> [String: Double] {
    let moments = environment.environment.layer(NormalizeObservation.self)?.moments
    return ["evaluation": try evaluator.meanReturn(runner, moments: moments, isStopped: isStopped)]
  }

  private mutating func act() throws {
    var draws = draws
    fill(OnPolicyProgram.observation, of: .act, with: environment.current.observations)
    drawAction(&draws)
    try runner.compute(OnPolicyProgram.act.rawValue)
    let actions = output("action", of: .act)
    let logProbabilities = output("logProbability", of: .act)
    let values = output("value", of: .act)
    guard logProbabilities.isFinite, values.isFinite else {
      let culprit = values.isFinite ? "logarithm of an action's probability" : "value of a state"
      throw AlgorithmError(.diverged, "the \(culprit) is not finite at step \(step)")
    }
    rollout.append(
      observations: environment.current.observations, actions: actions, logProbabilities: logProbabilities,
      values: values)
    try environment.step(algorithm.policy.spaces.actions(actions))
    self.draws = draws
    step += settings.copies
    rollout.append(rewards: try rewards(), ends: (0..<settings.copies).map { environment.current.isOver($0) ? 1 : 0 })
  }

  private mutating func drawAction(_ draws: inout RandomStream) {
    guard algorithm.policy.isStateDependent else {
      let isNormal = algorithm.policy.draws(count: 1).isNormal
      runner.fill(algorithm.drawsInput, of: OnPolicyProgram.act.rawValue) {
        if isNormal { draws.fillNormal($0) } else { draws.fillUniform($0) }
      }
      return
    }
    // The matrices are kept for a whole rollout, or for some steps of it.
    if rollout.position % (algorithm.rollout.explorationSteps ?? rollout.steps) == 0 {
      exploration.withUnsafeMutableBufferPointer { draws.fillNormal($0) }
    }
    fill(algorithm.drawsInput, of: .act, with: exploration)
  }

  /// The rewards of all environments. The value of an episode that is cut off is added to its last reward.
  private func rewards() throws -> [Float] {
    var rewards = environment.current.rewards.map { Float($0) }
    guard algorithm.rollout.truncation == .bootstrap else { return rewards }
    let cut = rewards.indices.filter { environment.current.truncated[$0] && !environment.current.terminated[$0] }
    guard !cut.isEmpty else { return rewards }
    let values = try valuesOfCutOff(environment.current.finalObservations)
    for copy in cut { rewards[copy] += values[copy] }
    return rewards
  }

  /// The values of episodes that are cut off, after their last step: γ V(s), or 0.
  private func valuesOfCutOff(_ observations: [Float]) throws -> [Float] {
    guard algorithm.rollout.truncation == .bootstrap else { return [Float](repeating: 0, count: rollout.copies) }
    let values: [Float] = try values(of: observations).elements()
    return values.map { Float(algorithm.rollout.discount) * $0 }
  }

  private func values(of observations: [Float]) throws -> TensorValue {
    fill(OnPolicyProgram.observation, of: .value, with: observations)
    try runner.compute(OnPolicyProgram.value.rawValue)
    return output("value", of: .value)
  }

  private mutating func update() throws -> [String: Double] {
    rollout.estimateAdvantages(
      lastValues: try values(of: environment.current.observations), discount: Float(algorithm.rollout.discount),
      lambda: Float(algorithm.rollout.gaeLambda))
    for (name, schedule) in algorithm.schedules {
      fill(OnPolicyProgram.scheduled(name), of: .update, with: [Float(schedule.value(after: step, of: target))])
    }
    var mean = MetricMean()
    shuffle.beginEpoch()
    updates: for _ in 0..<algorithm.epochs {
      for _ in 0..<rollout.steps * rollout.copies / algorithm.batch {
        let rows = try shuffle.next(algorithm.batch)
        for field in RolloutBatch.Field.allCases {
          runner.fill(field.rawValue, of: OnPolicyProgram.update.rawValue) {
            rollout.fill(field, rows: rows, into: $0)
          }
        }
        let metrics = try runner.metrics(of: OnPolicyProgram.update.rawValue, step: step)
        mean.add(metrics)
        if algorithm.stops(metrics) { break updates }
        try runner.commit(OnPolicyProgram.update.rawValue)
      }
    }
    rollout.clear()
    return mean.values
  }

  private func fill(_ input: String, of program: OnPolicyProgram, with numbers: [Float]) {
    runner.fill(input, of: program.rawValue, with: numbers)
  }

  private func output(_ name: String, of program: OnPolicyProgram) -> TensorValue {
    runner.output(name, of: program.rawValue)
  }
}
