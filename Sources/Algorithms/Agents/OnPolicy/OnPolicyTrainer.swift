import Datasets
import Environments
import GraphIR

/// Trains an agent by an on-policy algorithm: acts in copies of an environment, and updates after each rollout.
///
/// A step is one of one copy; an ``advance()`` is one of every copy. What it takes from programs it takes on the state that they share.
public struct OnPolicyTrainer<Algorithm: OnPolicyAlgorithm>: Trainer {
  /// The algorithm.
  public let algorithm: Algorithm
  /// The steps done so far, of all copies together.
  public private(set) var step: Int
  /// What runs the programs.
  public let runner: any ProgramRunner
  private let settings: EnvironmentSettings
  private let evaluator: AgentEvaluator
  private let target: Int
  private var environment: any VectorEnvironment
  private var current: VectorStep
  private var rollout: RolloutBuffer
  private var draws: RandomStream
  private var shuffle: Shuffle
  /// The numbers that exploration's matrices are made of, [copies, L, A]; empty where exploration has none.
  private var exploration: [Float]

  /// A run from its beginning.
  ///
  /// - Parameters:
  ///   - parameters: the networks' first parameters, named `actor/NAME` and `critic/NAME`.
  ///   - seed: what every random stream and the environment start from.
  ///   - target: the step at which the run ends, where schedules reach 0.
  ///   - programs: the algorithm's own where nothing else is said.
  ///   - makeRunner: makes what runs the programs.
  /// - Throws: ``AlgorithmError`` where parameters do not fit, `EnvironmentError` where there is no such environment, and what
  ///   `makeRunner` throws.
  public init(
    _ algorithm: Algorithm, parameters: [String: TensorValue], seed: UInt64, target: Int,
    programs: [String: Graph]? = nil, makeRunner: MakeProgramRunner
  ) throws {
    let zeros = algorithm.optimizerTypes.mapValues { TensorValue(repeating: 0, type: $0) }
    try self.init(
      algorithm, tensors: parameters.merging(zeros) { $1 }, seed: AgentSeeds.environment(seed), target: target,
      programs: programs, makeRunner: makeRunner)
    draws = RandomStream(seed: seed, name: "action")
    shuffle = Shuffle(count: rollout.steps * rollout.copies, key: RandomStream(seed: seed, name: "shuffle").key)
    try environment.reset(seed: AgentSeeds.environment(seed), into: &current)
  }

  /// A run from a checkpoint.
  ///
  /// - Parameters:
  ///   - target: the step at which the run ends, where schedules reach 0.
  ///   - programs: the steps that the run began with; the algorithm's own where nothing else is said.
  ///   - makeRunner: makes what runs the programs.
  /// - Throws: ``AlgorithmError`` where the state lacks something, `EnvironmentError` where the environment's does not fit, and what
  ///   `makeRunner` throws.
  public init(
    _ algorithm: Algorithm, resuming state: TrainingState, target: Int, programs: [String: Graph]? = nil,
    makeRunner: MakeProgramRunner
  ) throws {
    let types = algorithm.stateTypes
    let tensors = try Dictionary(
      uniqueKeysWithValues: types.map { ($0.key, try state.tensor($0.key, $0.value)) })
    try self.init(
      algorithm, tensors: tensors, seed: 0, target: target, programs: programs, makeRunner: makeRunner)
    step = try state.counter("step", in: 0...Int.max)
    draws = try state.stream("action")
    shuffle = try Shuffle(
      count: rollout.steps * rollout.copies,
      state: .init(
        key: UInt64(bitPattern: Int64(try state.counter("shuffle/key"))), epoch: try state.counter("shuffle/epoch"),
        position: try state.counter("shuffle/position")))
    let lost = try environment.restore(state, into: &current)
    try rollout.restore(state)
    if let lost { rollout.cutOff(worth: try valuesOfCutOff(lost)) }
    if !exploration.isEmpty {
      exploration = try state.tensor("agent/exploration", TensorType(.float32, [exploration.count])).elements()
    }
  }

  private init(
    _ algorithm: Algorithm, tensors: [String: TensorValue], seed: UInt64, target: Int, programs: [String: Graph]?,
    makeRunner: MakeProgramRunner
  ) throws {
    let (settings, spaces) = (algorithm.environment, algorithm.policy.spaces)
    self.algorithm = algorithm
    self.settings = settings
    self.target = target
    for (name, type) in algorithm.stateTypes.sorted(by: { $0.key < $1.key }) where tensors[name]?.type != type {
      throw AlgorithmError(
        .state,
        "the tensor '\(name)' of the state: expected \(type), found \(tensors[name]?.type.description ?? "nothing")")
    }
    runner = try makeRunner(programs ?? algorithm.programs(), tensors)
    environment = try settings.make(seed: seed, discount: algorithm.rollout.discount, actions: .clipped)
    current = VectorStep(for: environment)
    rollout = RolloutBuffer(
      steps: algorithm.rollout.steps, copies: settings.copies, observationWidth: spaces.observationWidth,
      actionWidth: spaces.actionWidth)
    evaluator = AgentEvaluator(
      settings: algorithm.evaluation, environment: settings, spaces: spaces, actions: .clipped)
    draws = RandomStream(key: 0, counter: 0)
    shuffle = Shuffle(count: 1, key: 0)
    let shape = algorithm.policy.draws(count: settings.copies).shape
    exploration = algorithm.policy.isStateDependent ? [Float](repeating: 0, count: shape.elementCount) : []
    step = 0
  }

  /// Everything that the next step depends on.
  public var state: TrainingState {
    get throws {
      var tensors = runner.tensors.merging(try environment.state.tensors) { $1 }.merging(rollout.tensors) { $1 }
      tensors["agent/observation"] = TensorValue(
        current.observations, shape: [rollout.copies, algorithm.policy.spaces.observationWidth])
      if !exploration.isEmpty { tensors["agent/exploration"] = TensorValue(exploration) }
      return TrainingState(
        tensors: tensors, streams: ["action": draws],
        counters: [
          "step": Int64(step), "rollout/position": Int64(rollout.position),
          "shuffle/key": Int64(bitPattern: shuffle.state.key), "shuffle/epoch": Int64(shuffle.state.epoch),
          "shuffle/position": Int64(shuffle.state.position),
        ])
    }
  }

  /// One step of every copy, and the updates after the last step of a rollout.
  ///
  /// - Throws: ``AlgorithmError`` with code `diverged` where a metric is no finite number. The update that it is from has then not been
  ///   made, while those before it have; the rollout is still due.
  public mutating func advance() throws -> [String: Double] {
    // Updates that are still due come first; only an error can have kept them from being done at once.
    var metrics = rollout.isFull ? try update() : [:]
    try act()
    if !current.episodes.isEmpty, let statistics = environment.layer(RecordEpisodeStatistics.self) {
      metrics.merge(statistics.means) { $1 }
    }
    if rollout.isFull { metrics.merge(try update()) { $1 } }
    return metrics
  }

  /// Whether the policy is to be evaluated at this step.
  public var isEvaluationDue: Bool { algorithm.evaluation.isDue(at: step, copies: environment.count) }

  /// Makes the environment of evaluations once, which must be possible beside that of training.
  ///
  /// - Throws: what the environment throws.
  public func checkEvaluation() throws { try evaluator.check() }

  /// The mean return of the policy's most likely actions, as `evaluation`.
  ///
  /// - Throws: what the environment throws.
  public func evaluate() throws -> [String: Double] {
    let moments = environment.layer(NormalizeObservation.self)?.moments
    return ["evaluation": try evaluator.meanReturn(runner, moments: moments)]
  }

  private mutating func act() throws {
    var draws = draws
    fill(OnPolicyProgram.observation, of: .act, with: current.observations)
    drawAction(&draws)
    try runner.compute(OnPolicyProgram.act.rawValue)
    let actions = output("action", of: .act)
    let logProbabilities = output("logProbability", of: .act)
    let values = output("value", of: .act)
    guard logProbabilities.isFinite, values.isFinite else {
      let culprit = values.isFinite ? "logarithm of an action's probability" : "value of a state"
      throw AlgorithmError(.diverged, "the \(culprit) is no finite number at step \(step)")
    }
    rollout.append(
      observations: current.observations, actions: actions, logProbabilities: logProbabilities, values: values)
    try environment.step(algorithm.policy.spaces.actions(actions), into: &current)
    self.draws = draws
    step += settings.copies
    rollout.append(rewards: try rewards(), ends: (0..<settings.copies).map { current.isOver($0) ? 1 : 0 })
  }

  private mutating func drawAction(_ draws: inout RandomStream) {
    guard algorithm.policy.isStateDependent else {
      let isNormal = algorithm.policy.draws(count: 1).isNormal
      runner.fill(algorithm.drawsInput, of: OnPolicyProgram.act.rawValue) {
        if isNormal { draws.fillNormal($0) } else { draws.fillUniform($0) }
      }
      return
    }
    // The matrices stay for a whole rollout, or for some steps of it.
    if rollout.position % (algorithm.rollout.explorationSteps ?? rollout.steps) == 0 {
      exploration.withUnsafeMutableBufferPointer { draws.fillNormal($0) }
    }
    fill(algorithm.drawsInput, of: .act, with: exploration)
  }

  /// What the steps of all copies were worth. An episode that was cut off is worth what its last observation is, too.
  private func rewards() throws -> [Float] {
    var rewards = current.rewards.map { Float($0) }
    guard algorithm.rollout.truncation == .bootstrap else { return rewards }
    let cut = rewards.indices.filter { current.truncated[$0] && !current.terminated[$0] }
    guard !cut.isEmpty else { return rewards }
    let values = try valuesOfCutOff(current.finalObservations)
    for copy in cut { rewards[copy] += values[copy] }
    return rewards
  }

  /// What episodes that are cut off are worth beyond their last step: γ V(s), or nothing.
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
      lastValues: try values(of: current.observations), discount: Float(algorithm.rollout.discount),
      lambda: Float(algorithm.rollout.gaeLambda))
    let remaining = max(0, 1 - Double(step) / Double(target))
    for (name, schedule) in algorithm.schedules {
      fill(OnPolicyProgram.scheduled(name), of: .update, with: [Float(schedule.value(remaining: remaining))])
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
    runner.fill(input, of: program.rawValue) { _ = $0.update(from: numbers) }
  }

  private func output(_ name: String, of program: OnPolicyProgram) -> TensorValue {
    runner.output(name, of: program.rawValue)
  }
}
