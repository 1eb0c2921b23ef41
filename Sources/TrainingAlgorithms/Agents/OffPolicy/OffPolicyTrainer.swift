import Checkpointing
import Environments
import GraphIR

/// Trains an agent by an off-policy algorithm: acts in parallel environments, keeps the transitions, and updates on
/// samples of them.
///
/// A step is a step of one environment. An ``advance()`` is a step of each.
public struct OffPolicyTrainer<Method: OffPolicyAlgorithm>: Trainer {
  /// The parts of a checkpoint.
  public static var parts: [StatePart<Self>] {
    [
      .init("step", \.step, in: 0...Int.max), .init("", \.streams), .init("", \.environment),
      .init("replay", \.replay), .init("noise", \.noise), .init("agent/exploration", \.exploration),
      .init("rollout/position", \.collected, in: 0...Int.max), .init("updates/count", \.updateCount, in: 0...Int.max),
      .init("updates/due", \.due, in: 0...Int.max), .init("updates/actorIsDue", \.isActorDue),
    ]
  }

  /// The algorithm.
  public let algorithm: Method
  /// The number of steps done, of all environments together.
  public private(set) var step = 0
  /// The runner of the programs.
  public let runner: any ProgramRunner
  /// The draws of an update: the input's name, how many, and whether they are normal rather than uniform.
  private let draws: [(input: String, count: Int, isNormal: Bool)]
  private let evaluator: AgentEvaluator
  private let seed: UInt64
  private let target: Int
  private var environment: TrainingEnvironment
  private var replay: ReplayBuffer
  private var noise: NoiseProcess?
  /// The draws of exploration's matrices, [envs, L, A]; empty if exploration has none.
  private var exploration: [Float]
  private var streams: OffPolicyStreams
  /// The number of steps of each environment since the last updates were due.
  private var collected = 0
  /// The number of updates so far.
  private var updateCount = 0
  /// The number of updates that are due before the next step.
  private var due = 0
  /// Whether the present update has updated the critics, but not yet the actor. Only an error can delay the actor.
  private var isActorDue = false

  /// A trainer before its first step.
  ///
  /// - Throws: `EnvironmentError` if there is no such environment.
  init(_ algorithm: Method, _ setup: TrainingSetup, _ runner: any ProgramRunner) throws {
    let (settings, spaces) = (algorithm.environment, algorithm.spaces)
    self.algorithm = algorithm
    self.runner = runner
    target = setup.target
    seed = AgentSeeds.environment(setup.seed)
    let updates = [OffPolicyProgram.critic, .actor]
    let normals = updates.reduce(into: [:]) { $0.merge(algorithm.draws($1)) { $1 } }.sorted { $0.key < $1.key }
    let uniforms = updates.reduce(into: [:]) { $0.merge(algorithm.uniforms($1)) { $1 } }.sorted { $0.key < $1.key }
    draws =
      normals.map { (OffPolicyProgram.normal($0.key), $0.value.elementCount, true) }
      + uniforms.map { (OffPolicyProgram.uniform($0.key), $0.value.elementCount, false) }
    environment = TrainingEnvironment(
      try settings.make(seed: seed, discount: algorithm.replay.discount, actions: .rescaled))
    replay = ReplayBuffer(
      capacity: algorithm.replay.capacity, observationWidth: spaces.observationWidth, actionWidth: spaces.actionWidth)
    noise = algorithm.replay.noise.map { NoiseProcess($0, copies: settings.copies, width: spaces.actionWidth) }
    evaluator = AgentEvaluator(
      settings: algorithm.evaluation, environment: settings, spaces: spaces, actions: .rescaled)
    let matrices = settings.copies * (algorithm.latentWidth ?? 0) * spaces.actionWidth
    exploration = [Float](repeating: 0, count: matrices)
    streams = OffPolicyStreams(seed: setup.seed)
  }

  /// Starts the first episodes.
  ///
  /// - Throws: the environment's errors.
  public mutating func begin() throws { try environment.begin(seed: seed) }

  /// Restores the state of a checkpoint. In episodes that it could not save, noise restarts.
  ///
  /// - Throws: `CheckpointError` if the state lacks something, `EnvironmentError` if the environment's does not fit.
  public mutating func restore(from state: TrainingState, as name: String) throws {
    let initialNoise = noise
    try restoreParts(from: state, as: name)
    _ = try state.counter("updates/actorIsDue", in: 0...(due > 0 ? 1 : 0))
    if environment.lostObservations != nil { noise = initialNoise }
  }

  /// One step of every environment, and the updates that are due after it.
  ///
  /// - Throws: ``AlgorithmError`` with code `diverged` if a metric is not finite. The network's step with that metric
  ///   is not applied and still due. The steps before it are applied.
  public mutating func advance() throws -> [String: Double] {
    // Updates that an earlier error has delayed come first.
    var metrics = try update()
    try act()
    metrics.merge(environment.episodeMetrics) { $1 }
    scheduleUpdates()
    metrics.merge(try update()) { $1 }
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
    ["evaluation": try evaluator.meanReturn(runner, moments: nil, isStopped: isStopped)]
  }

  private mutating func scheduleUpdates() {
    switch algorithm.replay.updateFrequency {
    case .steps(let steps): guard collected == steps else { return }
    case .episode: guard environment.current.isOver(0) else { return }
    }
    if step > algorithm.replay.learningStarts { due = algorithm.replay.updates ?? collected * environment.count }
    collected = 0
  }

  private mutating func act() throws {
    let observations = environment.current.observations
    var (streams, noise) = (streams, noise)
    var actions = try chosenActions(&streams)
    noise?.add(to: &actions, normal: streams.exploration.normal(actions.count))
    explore(&actions, &streams.exploration)
    try environment.step(algorithm.spaces.actions(actions))
    (self.streams, self.noise) = (streams, noise)
    step += environment.count
    collected += 1
    keep(observations, actions)
  }

  /// The action of every environment before noise is added, within ±1.
  private mutating func chosenActions(_ streams: inout OffPolicyStreams) throws -> [Float] {
    if !exploration.isEmpty, collected.isMultiple(of: algorithm.explorationSteps ?? Int.max) {
      exploration.withUnsafeMutableBufferPointer { streams.action.fillNormal($0) }
    }
    let width = algorithm.spaces.actionWidth
    guard step >= algorithm.replay.learningStarts else {
      guard case .box = algorithm.spaces.action else { return randomChoices(&streams.warmup) }
      return streams.warmup.uniform(environment.count * width).map { 2 * $0 - 1 }
    }
    runner.fill(OffPolicyProgram.observation, of: OffPolicyProgram.act.rawValue) {
      _ = $0.update(from: environment.current.observations)
    }
    for name in algorithm.draws(.act).keys {
      runner.fill(OffPolicyProgram.normal(name), of: OffPolicyProgram.act.rawValue) { buffer in
        if exploration.isEmpty { streams.action.fillNormal(buffer) } else { _ = buffer.update(from: exploration) }
      }
    }
    try runner.compute(OffPolicyProgram.act.rawValue)
    let actions: [Float] = runner.output("action", of: OffPolicyProgram.act.rawValue).elements()
    guard actions.allSatisfy(\.isFinite) else {
      throw AlgorithmError(.diverged, "the policy's action is not finite at step \(step)")
    }
    return actions
  }

  /// Replaces discrete actions by uniformly random ones with probability ε.
  private func explore(_ actions: inout [Float], _ stream: inout RandomStream) {
    guard let epsilon = algorithm.replay.epsilon, step >= algorithm.replay.learningStarts else { return }
    let (probability, width) = (Float(epsilon.value(at: step, of: target)), algorithm.spaces.actionWidth)
    let draws = stream.uniform(environment.count)
    let choices = randomChoices(&stream)
    for copy in draws.indices where draws[copy] < probability {
      actions.replaceSubrange(copy * width..<(copy + 1) * width, with: choices[copy * width..<(copy + 1) * width])
    }
  }

  /// A uniformly random discrete action for each environment, one-hot rows.
  private func randomChoices(_ stream: inout RandomStream) -> [Float] {
    let width = algorithm.spaces.actionWidth
    return stream.words(environment.count).flatMap { word -> [Float] in
      let choice = Int((UInt64(word) * UInt64(width)) >> 32)
      return (0..<width).map { $0 == choice ? 1 : 0 }
    }
  }

  /// Adds the transitions to the buffer.
  private mutating func keep(_ observations: [Float], _ actions: [Float]) {
    let (width, actionWidth) = (algorithm.spaces.observationWidth, algorithm.spaces.actionWidth)
    for copy in 0..<environment.count {
      let (row, isOver) = (copy * width..<(copy + 1) * width, environment.current.isOver(copy))
      replay.append(
        observation: observations[row], action: actions[copy * actionWidth..<(copy + 1) * actionWidth],
        reward: Float(environment.current.rewards[copy]),
        isDone: algorithm.replay.truncation == .bootstrap ? environment.current.terminated[copy] : isOver,
        next: (isOver ? environment.current.finalObservations : environment.current.observations)[row])
      if isOver { noise?.reset(copy) }
    }
  }

  /// Performs the updates that are due.
  private mutating func update() throws -> [String: Double] {
    guard due > 0 else { return [:] }
    let rate = Float(algorithm.rate.value(after: step, of: target))
    for program in [OffPolicyProgram.critic, .actor] where runner.programs[program.rawValue] != nil {
      runner.fill(OffPolicyProgram.rate, of: program.rawValue) { $0[0] = rate }
    }
    var (critic, actor) = (MetricMean(), MetricMean())
    while due > 0 {
      var streams = streams
      let rows = replay.sample(algorithm.replay.batch, from: &streams.replay)
      let numbers = draws.map {
        ($0.input, $0.isNormal ? streams.update.normal($0.count) : streams.update.uniform($0.count))
      }
      if !isActorDue {
        critic.add(try run(.critic, rows, numbers))
        isActorDue = (updateCount + 1) % algorithm.policyDelay == 0
      }
      if isActorDue {
        if runner.programs[OffPolicyProgram.actor.rawValue] != nil { actor.add(try run(.actor, rows, numbers)) }
        _ = try run(.targets, rows, numbers)
        isActorDue = false
      }
      self.streams = streams
      updateCount += 1
      due -= 1
    }
    return critic.values.merging(actor.values) { $1 }
  }

  private func run(
    _ program: OffPolicyProgram, _ rows: [Int], _ numbers: [(input: String, values: [Float])]
  ) throws -> [String: Double] {
    let inputs = runner.programs[program.rawValue]?.inputs.map(\.name) ?? []
    for (index, field) in ReplayBatch.Field.allCases.enumerated() where inputs.contains(field.rawValue) {
      runner.fill(field.rawValue, of: program.rawValue) { replay.fill(index, rows: rows, into: $0) }
    }
    for (input, values) in numbers where inputs.contains(input) {
      runner.fill(input, of: program.rawValue) { _ = $0.update(from: values) }
    }
    let metrics = try runner.metrics(of: program.rawValue, step: step)
    try runner.commit(program.rawValue)
    return metrics
  }
}
