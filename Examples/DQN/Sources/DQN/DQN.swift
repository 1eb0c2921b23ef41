import TrainingAlgorithms
import Autograd
import GraphIR
import NN

/// Deep Q-learning with a target network and double estimation.
///
/// Sources: Mnih et al., Nature 518, 2015; van Hasselt, Guez, Silver, arXiv:1509.06461, equation 4. The replay buffer,
/// the exploration and the trainer are the library's.
struct DQN: OffPolicyAlgorithm {
  /// The name of the network Q(s, ·): observations [N, S] to a value for each action, [N, A].
  static let role = "q"

  let q: Graph
  let spaces: EnvironmentSpaces
  let settings: DQNSettings

  init(_ q: Graph, _ spaces: EnvironmentSpaces, _ settings: DQNSettings) throws {
    guard case .discrete = spaces.action else {
      throw AlgorithmError(.network, "the environment's actions are \(spaces.action), expected discrete ones")
    }
    (self.q, self.spaces, self.settings) = (q, spaces, settings)
    try replay.validate(copies: environment.copies)
  }

  var roles: [String: Graph] { [Self.role: q] }
  var policyRole: String { Self.role }
  var targets: [String] { [Self.role] }
  var environment: EnvironmentSettings { settings.environment }
  var evaluation: EvaluationSettings { settings.evaluation }
  var rate: Schedule { settings.rate }
  var optimizer: AnyOptimizer { settings.optimizer }
  /// Updates of Q for each of the target.
  var policyDelay: Int { settings.targetInterval }

  var replay: ReplaySettings {
    var replay = settings.replay
    replay.epsilon = settings.epsilon
    return replay
  }

  func draws(_ program: OffPolicyProgram) -> [String: Shape] { [:] }

  /// The greedy action, as a one-hot row.
  func action(_ policy: Network, _ observations: Tensor, draws: NamedTensors) throws -> Tensor {
    Categorical(logits: try policy(observations)).mode
  }

  func mode(_ policy: Network, _ observations: Tensor) throws -> (action: Tensor, distribution: NamedTensors) {
    let values = try policy(observations)
    return (Categorical(logits: values).mode, ["value": values])
  }

  /// One step against the Huber loss of y − Q(s, a), with y = r + γ(1 − d) Q'(s', argmax Q(s', ·)).
  func criticStep(
    _ state: NamedTensors, _ batch: ReplayBatch, draws: NamedTensors, rate: Tensor
  ) throws -> StepResult {
    let q = network(Self.role, state, requiresGrad: true)
    let best = Categorical(logits: try q(batch.nextObservations)).mode
    let next = (best * (try network(Self.role, state, isTarget: true)(batch.nextObservations))).sum([1], keepDims: true)
    let target = bootstrapped(batch, nextValues: next).detached()
    let value = (try q(batch.observations) * batch.actions).sum([1], keepDims: true)
    let loss = Loss.huber(value, target)
    return try step(state, [(Self.role, q)], loss: loss, metrics: ["q": value.mean(), "loss": loss], rate: rate)
  }
}
