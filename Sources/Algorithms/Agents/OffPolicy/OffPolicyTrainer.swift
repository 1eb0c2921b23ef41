import Environments
import GraphIR

/// Trains an agent by an off-policy algorithm: acts in copies of an environment, keeps the transitions, and updates on samples of them.
///
/// A step is one of one copy; an ``advance()`` is one of every copy.
public struct OffPolicyTrainer<Algorithm: OffPolicyAlgorithm>: Trainer {
  /// The algorithm.
  public let algorithm: Algorithm
  /// The steps done so far, of all copies together.
  public private(set) var step: Int
  /// What runs the programs.
  public let runner: any ProgramRunner
  /// The numbers that an update takes: the input's name, how many, and whether they are normal rather than uniform.
  private let draws: [(input: String, count: Int, isNormal: Bool)]
  private let evaluator: AgentEvaluator
  private let target: Int
  private var environment: any VectorEnvironment
  private var current: VectorStep
  private var replay: ReplayBuffer
  private var noise: NoiseProcess?
  /// The numbers that exploration's matrices are made of, [copies, L, A]; empty where exploration has none.
  private var exploration: [Float]
  private var streams: OffPolicyStreams
  /// Steps of each copy since the last updates were due.
  private var collected = 0
  /// Updates that have been done.
  private var updateCount = 0
  /// Updates that are still to be done before the next step.
  private var due = 0
  /// Whether the update that is due has been done as far as the critics go. Only an error can have kept the actor from following at once.
  private var isActorDue = false

  /// A run from its beginning.
  ///
  /// - Parameters:
  ///   - parameters: the networks' first parameters, named `actor/NAME` and `critic1/NAME`; targets begin as what they follow.
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
    let tensors = algorithm.initialState(parameters)
    try self.init(
      algorithm, TrainingState(tensors: tensors, streams: [:], counters: [:]), seed: AgentSeeds.environment(seed),
      target: target, programs: programs, makeRunner: makeRunner)
    streams = OffPolicyStreams(seed: seed)
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
    try self.init(algorithm, state, seed: 0, target: target, programs: programs, makeRunner: makeRunner)
    streams = try OffPolicyStreams(in: state)
    step = try state.counter("step", in: 0...Int.max)
    collected = try state.counter("rollout/position", in: 0...Int.max)
    updateCount = try state.counter("updates/count", in: 0...Int.max)
    due = try state.counter("updates/due", in: 0...Int.max)
    isActorDue = try state.counter("updates/actorIsDue", in: 0...(due > 0 ? 1 : 0)) == 1
    let lost = try environment.restore(state, into: &current)
    try replay.restore(state)
    if lost == nil { try noise?.restore(state) }
    if !exploration.isEmpty {
      exploration = try state.tensor("agent/exploration", TensorType(.float32, [exploration.count])).elements()
    }
  }

  private init(
    _ algorithm: Algorithm, _ state: TrainingState, seed: UInt64, target: Int, programs: [String: Graph]?,
    makeRunner: MakeProgramRunner
  ) throws {
    let (settings, spaces) = (algorithm.environment, algorithm.networks.spaces)
    self.algorithm = algorithm
    self.target = target
    let types = algorithm.stateTypes.sorted { $0.key < $1.key }
    let tensors = try types.map { ($0.key, try state.tensor($0.key, $0.value)) }
    runner = try makeRunner(programs ?? algorithm.programs(), Dictionary(uniqueKeysWithValues: tensors))
    let updates = [OffPolicyProgram.critic, .actor]
    let normals = updates.reduce(into: [:]) { $0.merge(algorithm.draws($1)) { $1 } }.sorted { $0.key < $1.key }
    let uniforms = updates.reduce(into: [:]) { $0.merge(algorithm.uniforms($1)) { $1 } }.sorted { $0.key < $1.key }
    draws =
      normals.map { (OffPolicyProgram.normal($0.key), $0.value.elementCount, true) }
      + uniforms.map { (OffPolicyProgram.uniform($0.key), $0.value.elementCount, false) }
    environment = try settings.make(seed: seed, discount: algorithm.replay.discount, actions: .rescaled)
    current = VectorStep(for: environment)
    replay = ReplayBuffer(
      capacity: algorithm.replay.capacity, observationWidth: spaces.observationWidth, actionWidth: spaces.actionWidth)
    noise = algorithm.replay.noise.map { NoiseProcess($0, copies: settings.copies, width: spaces.actionWidth) }
    evaluator = AgentEvaluator(
      settings: algorithm.evaluation, environment: settings, spaces: spaces, actions: .rescaled)
    let matrices = settings.copies * (algorithm.networks.latentWidth ?? 0) * spaces.actionWidth
    exploration = [Float](repeating: 0, count: matrices)
    (streams, step) = (OffPolicyStreams(seed: 0), 0)
  }

  /// Everything that the next step depends on.
  public var state: TrainingState {
    get throws {
      var tensors = runner.tensors.merging(try environment.state.tensors) { $1 }.merging(replay.tensors) { $1 }
      if let noise { tensors.merge(noise.tensors) { $1 } }
      let shape: Shape = [environment.count, algorithm.networks.spaces.observationWidth]
      tensors["agent/observation"] = TensorValue(current.observations, shape: shape)
      if !exploration.isEmpty { tensors["agent/exploration"] = TensorValue(exploration) }
      let counters = [
        "step": Int64(step), "rollout/position": Int64(collected), "updates/count": Int64(updateCount),
        "updates/due": Int64(due), "updates/actorIsDue": isActorDue ? 1 : 0,
      ]
      return TrainingState(
        tensors: tensors, streams: streams.named, counters: counters.merging(replay.counters) { $1 })
    }
  }

  /// One step of every copy, and the updates that are due after it.
  ///
  /// - Throws: ``AlgorithmError`` with code `diverged` where a metric is no finite number. The step of a network that it is from has then
  ///   not been made, while those before it have; it is still due.
  public mutating func advance() throws -> [String: Double] {
    // Updates that are still due come first; only an error can have kept them from being done at once.
    var metrics = try update()
    try act()
    if !current.episodes.isEmpty, let statistics = environment.layer(RecordEpisodeStatistics.self) {
      metrics.merge(statistics.means) { $1 }
    }
    scheduleUpdates()
    metrics.merge(try update()) { $1 }
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
    ["evaluation": try evaluator.meanReturn(runner, moments: nil)]
  }

  private mutating func scheduleUpdates() {
    switch algorithm.replay.updateFrequency {
    case .steps(let steps): guard collected == steps else { return }
    case .episode: guard current.isOver(0) else { return }
    }
    if step > algorithm.replay.learningStarts { due = algorithm.replay.updates ?? collected * environment.count }
    collected = 0
  }

  private mutating func act() throws {
    let observations = current.observations
    var (streams, noise) = (streams, noise)
    var actions = try chosenActions(&streams)
    noise?.add(to: &actions, normal: streams.exploration.normal(actions.count))
    try environment.step(.continuous(actions), into: &current)
    (self.streams, self.noise) = (streams, noise)
    step += environment.count
    collected += 1
    keep(observations, actions)
  }

  /// What every copy is to do before noise is added, within ±1.
  private mutating func chosenActions(_ streams: inout OffPolicyStreams) throws -> [Float] {
    if !exploration.isEmpty, collected.isMultiple(of: algorithm.explorationSteps ?? Int.max) {
      exploration.withUnsafeMutableBufferPointer { streams.action.fillNormal($0) }
    }
    let width = algorithm.networks.spaces.actionWidth
    guard step >= algorithm.replay.learningStarts else {
      return streams.warmup.uniform(environment.count * width).map { 2 * $0 - 1 }
    }
    runner.fill(OffPolicyProgram.observation, of: OffPolicyProgram.act.rawValue) {
      _ = $0.update(from: current.observations)
    }
    for name in algorithm.draws(.act).keys {
      runner.fill(OffPolicyProgram.normal(name), of: OffPolicyProgram.act.rawValue) { buffer in
        if exploration.isEmpty { streams.action.fillNormal(buffer) } else { _ = buffer.update(from: exploration) }
      }
    }
    try runner.compute(OffPolicyProgram.act.rawValue)
    let actions: [Float] = runner.output("action", of: OffPolicyProgram.act.rawValue).elements()
    guard actions.allSatisfy(\.isFinite) else {
      throw AlgorithmError(.diverged, "the policy's action is no finite number at step \(step)")
    }
    return actions
  }

  /// Adds what came of the actions to the buffer.
  private mutating func keep(_ observations: [Float], _ actions: [Float]) {
    let (width, actionWidth) = (algorithm.networks.spaces.observationWidth, algorithm.networks.spaces.actionWidth)
    for copy in 0..<environment.count {
      let (row, isOver) = (copy * width..<(copy + 1) * width, current.isOver(copy))
      replay.append(
        observation: observations[row], action: actions[copy * actionWidth..<(copy + 1) * actionWidth],
        reward: Float(current.rewards[copy]),
        isDone: algorithm.replay.truncation == .bootstrap ? current.terminated[copy] : isOver,
        next: (isOver ? current.finalObservations : current.observations)[row])
      if isOver { noise?.reset(copy) }
    }
  }

  /// The updates that are due.
  private mutating func update() throws -> [String: Double] {
    guard due > 0 else { return [:] }
    let rate = Float(algorithm.rate.value(remaining: max(0, 1 - Double(step) / Double(target))))
    for program in [OffPolicyProgram.critic, .actor] {
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
        actor.add(try run(.actor, rows, numbers))
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
