import Autograd
import GraphIR
import NN

/// Imitation of an expert: ``TD3`` whose rewards are the scores of a discriminator that tells an expert's steps from the agent's, trained
/// as the critic of ``WGANGP``.
///
/// The environment's rewards are not used. As in discriminator-actor-critic (Kostrikov, Agrawal, Dwibedi, Levine, Tompson,
/// arXiv:1809.02925) the discriminator sees transitions of the replay buffer, and rewards are what it gives now, not what it gave when a
/// step was done. The distance is that of arXiv:1704.00028, in units of the standard deviations of the expert's steps: otherwise the
/// quantity of the largest numbers, such as a velocity, decides alone what is close to the expert. A reward is a score less the mean score of
/// the expert's steps, since a discriminator's scores as a whole mean nothing and drift.
///
/// Beside TD3's state there are `discriminator/NAME`, `discriminator/adam/…` and `expert/steps`, the expert's states and actions.
public struct Imitation: OffPolicyActorCritic {
  /// What learns from the rewards.
  public let agent: TD3
  /// States and actions side by side, [N, S + A], to a score, [N, 1].
  public let discriminator: Graph
  /// The expert's states and actions side by side, [M, S + A], actions within ±1.
  public let expert: TensorValue
  /// The numbers of the algorithm.
  public let settings: ImitationSettings

  /// - Throws: ``AlgorithmError`` where a setting is out of range or networks, environment and expert do not fit.
  public init(
    _ networks: OffPolicyNetworks, discriminator: Graph, expert: TensorValue, settings: ImitationSettings
  ) throws {
    try settings.validate()
    agent = try TD3(networks, settings: settings.agent)
    self.discriminator = discriminator
    self.expert = expert
    self.settings = settings
    try validate()
  }

  /// What is trained, but for the discriminator.
  public var networks: OffPolicyNetworks { agent.networks }
  /// The environment.
  public var environment: EnvironmentSettings { agent.environment }
  /// The interval and the episodes of evaluations, by the environment's rewards.
  public var evaluation: EvaluationSettings { agent.evaluation }
  /// How transitions are collected and used.
  public var replay: ReplaySettings { agent.replay }
  /// The agent's learning rate.
  public var rate: Schedule { agent.rate }
  /// The optimiser of each of the agent's networks.
  public var optimizer: AnyOptimizer { agent.optimizer }
  /// A gradient penalty of the agent's networks.
  public var penalty: AgentPenalty { agent.penalty }
  /// Updates of discriminator and critics for each of the actor.
  public var policyDelay: Int { agent.policyDelay }
  /// All of the agent's networks.
  public var targets: [String] { agent.targets }

  /// The expert, and the discriminator with its optimiser, whose parameters a run's first ones replace.
  public var additionalState: [String: TensorValue] {
    var state = ["expert/steps": expert]
    let types = Dictionary(uniqueKeysWithValues: discriminator.parameters.map { ($0.name, $0.type) })
    state.merge(types.mapValues { TensorValue(repeating: 0, type: $0) }, under: "discriminator")
    state.merge(
      settings.discriminatorOptimizer.base.initialState(for: types),
      under: "discriminator/\(settings.discriminatorOptimizer.name)")
    return state
  }

  /// Those of TD3.
  public func draws(_ program: OffPolicyProgram) -> [String: Shape] { agent.draws(program) }

  /// Which of the expert's steps an update takes, and α, a number for each sample.
  public func uniforms(_ program: OffPolicyProgram) -> [String: Shape] {
    program == .critic ? ["expert": [replay.batch], "alpha": [replay.batch, 1]] : [:]
  }

  /// π(s).
  public func action(_ actor: Network, _ observations: Tensor, draws: NamedTensors) throws -> Tensor {
    try agent.action(actor, observations, draws: draws)
  }

  /// π(s).
  public func mode(_ actor: Network, _ observations: Tensor) throws -> (action: Tensor, distribution: NamedTensors) {
    try agent.mode(actor, observations)
  }

  /// One step of the discriminator and then one of both critics on its scores as rewards.
  public func criticStep(
    _ state: NamedTensors, _ batch: ReplayBatch, draws: NamedTensors, rate: Tensor
  ) throws -> StepResult {
    let steps = concatenated([batch.observations, batch.actions], axis: 1) / deviations
    let (trained, metrics) = try discriminatorStep(state, agentSteps: steps, draws: draws)
    var batch = batch
    let scores = Network(discriminator, parameters: trained.scoped("discriminator"))
    batch.rewards = (try scores(steps) - scores(expertSteps(state, draws)).mean()).detached()
    var result = try agent.criticStep(trained, batch, draws: draws, rate: rate)
    result.metrics.merge(metrics) { $1 }
    return result
  }

  /// One step of the actor.
  public func actorStep(
    _ state: NamedTensors, _ observations: Tensor, draws: NamedTensors, rate: Tensor
  ) throws -> StepResult {
    try agent.actorStep(state, observations, draws: draws, rate: rate)
  }

  /// One step of the discriminator against D(agent) − D(expert) + λ (‖∇D‖ − 1)²: equation 3 of arXiv:1704.00028.
  private func discriminatorStep(
    _ state: NamedTensors, agentSteps: Tensor, draws: NamedTensors
  ) throws -> StepResult {
    guard let alpha = draws["alpha"] else { preconditionFailure("a step of the discriminator needs 'alpha'") }
    let expertSteps = expertSteps(state, draws)
    let network = Network(discriminator, parameters: state.scoped("discriminator"), requiresGrad: true)
    let distance = try network(expertSteps).mean() - network(agentSteps).mean()
    let (weight, gradient) = (settings.discriminatorPenalty.weight, settings.discriminatorPenalty.gradient)
    let penalty = try gradient(network, real: expertSteps, fake: agentSteps, alpha: alpha)
    let gradients = try network.gradients(of: weight * penalty - distance)
    let next = try state.updated(
      by: settings.discriminatorOptimizer.base, role: "discriminator", network.parameters, gradients: gradients,
      rate: Tensor(settings.discriminatorRate, dtype: networks.dtype))
    return (next, ["wasserstein": distance.detached(), "discriminatorPenalty": penalty.detached()])
  }

  /// The standard deviations of what the expert's steps consist of, [1, S + A]: the discriminator's units.
  private var deviations: Tensor {
    let (steps, width) = (expert.doubles, expert.shape[1])
    let numbers = (0..<width).map { column -> Double in
      let values = stride(from: column, to: steps.count, by: width).map { steps[$0] }
      let mean = values.reduce(0, +) / Double(values.count)
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
      return deviation > 0 ? deviation : 1
    }
    return Tensor(TensorValue(numbers, shape: [1, width])).cast(to: networks.dtype)
  }

  /// Some of the expert's steps.
  private func expertSteps(_ state: NamedTensors, _ draws: NamedTensors) -> Tensor {
    guard let place = draws["expert"], let all = state["expert/steps"] else {
      preconditionFailure("a step of the discriminator needs 'expert' and the expert's steps")
    }
    let rows = (place * Double(expert.shape[0])).floor().cast(to: .int64)
    return all.indexSelect(axis: 0, index: rows) / deviations
  }

  private func validate() throws {
    let width = networks.spaces.observationWidth + networks.spaces.actionWidth
    guard discriminator.inputs.map(\.type) == [TensorType(networks.dtype, [-1, width])],
      discriminator.outputs.map(\.type) == [TensorType(networks.dtype, [-1, 1])]
    else {
      throw AlgorithmError(
        .network, "the discriminator is no function of observations and actions [batch, \(width)] to scores [batch, 1]")
    }
    try discriminator.requireNoStatistics(of: "discriminator")
    guard expert.type == TensorType(networks.dtype, [expert.shape.first ?? 0, width]), expert.shape[0] > 0 else {
      throw AlgorithmError(
        .network,
        "the expert's steps are \(expert.type), expected a row of \(width) numbers for each of at least one step")
    }
  }
}
