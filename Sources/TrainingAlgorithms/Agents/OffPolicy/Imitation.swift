import Autograd
import GraphIR
import NN

/// Imitation of an expert: ``TD3`` with the scores of a discriminator as rewards. The discriminator distinguishes an
/// expert's steps from the agent's. It is trained as the critic of ``WGANGP``.
///
/// The environment's rewards are not used. As in discriminator-actor-critic (Kostrikov, Agrawal, Dwibedi, Levine,
/// Tompson, arXiv:1809.02925), the discriminator sees transitions of the replay buffer. Rewards are its present scores,
/// not those at the time of the step. The distance is that of arXiv:1704.00028, in units of the standard deviations of
/// the expert's steps. Without these units, the quantity with the largest values, such as a velocity, would dominate. A
/// reward is a score minus the mean score of the expert's steps: a common offset of all scores is arbitrary and drifts.
///
/// Besides TD3's state, there are `discriminator/NAME`, `discriminator/adam/…` and `expert/steps`: the expert's states
/// and actions.
public struct Imitation: OffPolicyActorCritic {
  /// The algorithm that learns from the rewards.
  public let agent: TD3
  /// The network from concatenated states and actions, [N, S + A], to a score, [N, 1].
  public let discriminator: Graph
  /// The expert's states and actions, concatenated, [M, S + A], with actions within ±1.
  public let expert: TensorValue
  /// The hyperparameters of the algorithm.
  public let settings: ImitationSettings

  /// - Throws: ``AlgorithmError`` if a setting is out of range, or networks, environment and expert do not fit.
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

  // The agent's own properties. Swift forwards none, so VectorWrapper and OffPolicySettings list theirs, too.

  /// The trained networks except the discriminator.
  public var networks: OffPolicyNetworks { agent.networks }
  /// The environment.
  public var environment: EnvironmentSettings { agent.environment }
  /// The interval and the episodes of evaluations, by the environment's rewards.
  public var evaluation: EvaluationSettings { agent.evaluation }
  /// The collection and the use of transitions.
  public var replay: ReplaySettings { agent.replay }
  /// The agent's learning rate.
  public var rate: Schedule { agent.rate }
  /// The optimiser of each of the agent's networks.
  public var optimizer: AnyOptimizer { agent.optimizer }
  /// A gradient penalty of the agent's networks.
  public var penalty: AgentPenalty { agent.penalty }
  /// The updates of discriminator and critics for each update of the actor.
  public var policyDelay: Int { agent.policyDelay }
  /// All of the agent's networks.
  public var targets: [String] { agent.targets }

  /// The expert's steps, and the discriminator with its optimiser. A run's initial parameters replace these parameters.
  public var additionalState: [String: TensorValue] {
    var state = ["expert/steps": expert]
    let types = Dictionary(uniqueKeysWithValues: discriminator.parameters.map { ($0.name, $0.type) })
    state.merge(types.mapValues { TensorValue(repeating: 0, type: $0) }, under: "discriminator")
    state.merge(
      settings.discriminatorOptimizer.base.initialState(for: types),
      under: "discriminator/\(settings.discriminatorOptimizer.name)")
    return state
  }

  /// The draws of TD3.
  public func draws(_ program: OffPolicyProgram) -> [String: Shape] { agent.draws(program) }

  /// The draws that select the expert's steps of an update, and α, one number for each sample.
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

  /// One step of the discriminator, then one step of both critics with its scores as rewards.
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

  /// The standard deviations of the columns of the expert's steps, [1, S + A]: the discriminator's units.
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

  /// The drawn steps of the expert, in the discriminator's units.
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
      let types = { (values: [Graph.Value]) in
        values.map { discriminator.describe($0.type) }.joined(separator: ", ")
      }
      throw AlgorithmError(
        .network,
        "the discriminator outputs (\(types(discriminator.outputs))) from (\(types(discriminator.inputs))), expected "
          + "scores [batch, 1] from observations and actions [batch, \(width)] of \(networks.dtype.rawValue)")
    }
    try discriminator.requireNoStatistics(of: "discriminator")
    guard expert.type == TensorType(networks.dtype, [expert.shape.first ?? 0, width]), expert.shape[0] > 0 else {
      throw AlgorithmError(
        .network,
        "the expert's steps are \(expert.type), expected at least one row of \(width) values, "
          + networks.dtype.rawValue)
    }
  }
}
