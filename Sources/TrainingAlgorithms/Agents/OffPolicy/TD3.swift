import Autograd
import GraphIR
import NN

/// Twin delayed deep deterministic policy gradients: Fujimoto, van Hoof, Meger, arXiv:1802.09477, algorithm 1, with the
/// details of Stable-Baselines3.
public struct TD3: OffPolicyActorCritic {
  /// The trained networks.
  public let networks: OffPolicyNetworks
  /// The hyperparameters of the algorithm.
  public let settings: TD3Settings

  /// - Throws: ``AlgorithmError`` if a setting is out of range, or the networks are not an actor with the output
  ///   `action` and two critics.
  public init(_ networks: OffPolicyNetworks, settings: TD3Settings) throws {
    self.networks = networks
    self.settings = settings
    try settings.validate()
    try networks.require(outputs: ["action"], critics: 2)
  }

  /// d: the updates of the critics for each update of the actor and the targets.
  public var policyDelay: Int { settings.policyDelay }
  /// All networks.
  public var targets: [String] { ["actor", "critic1", "critic2"] }

  /// The noise that smooths the target: `smoothing`, [N, A].
  public func draws(_ program: OffPolicyProgram) -> [String: Shape] {
    program == .critic ? ["smoothing": [replay.batch, networks.spaces.actionWidth]] : [:]
  }

  /// π(s).
  public func action(_ actor: Network, _ observations: Tensor, draws: NamedTensors) throws -> Tensor {
    try actor(observations)
  }

  /// π(s).
  public func mode(_ actor: Network, _ observations: Tensor) throws -> (action: Tensor, distribution: NamedTensors) {
    (try actor(observations), [:])
  }

  /// r + γ(1 − d) minᵢ Q'ᵢ(s', ã) with ã = clip(π'(s') + clip(ε, −c, c), −1, 1).
  ///
  /// - Parameters:
  ///   - state: the state with the targets of all networks.
  ///   - batch: N transitions.
  ///   - noise: ε before it is multiplied by its standard deviation, [N, A].
  func target(_ state: NamedTensors, _ batch: ReplayBatch, noise: Tensor) throws -> Tensor {
    let clip = settings.targetNoiseClip
    let smoothing = (settings.targetNoise * noise).clamp(min: -clip, max: clip)
    let actions = try network("actor", state, isTarget: true)(batch.nextObservations) + smoothing
    let values = try leastValue(
      self.critics(state, isTarget: true), batch.nextObservations, actions.clamp(min: -1, max: 1))
    return bootstrapped(batch, nextValues: values)
  }

  /// One step of both critics against (y − Qᵢ(s, a))², the mean over the batch and the sum over i.
  public func criticStep(
    _ state: NamedTensors, _ batch: ReplayBatch, draws: NamedTensors, rate: Tensor
  ) throws -> StepResult {
    guard let noise = draws["smoothing"] else { preconditionFailure("a step of the critics needs 'smoothing'") }
    let critics = self.critics(state, requiresGrad: true)
    let (loss, mean) = try squaredErrors(critics, batch, to: target(state, batch, noise: noise))
    return try criticStep(state, critics, batch, loss: loss, metrics: ["critic": loss, "q": mean], rate: rate)
  }

  /// One step of the actor against −Q₁(s, π(s)), the mean over the batch.
  public func actorStep(
    _ state: NamedTensors, _ observations: Tensor, draws: NamedTensors, rate: Tensor
  ) throws -> StepResult {
    let actor = network("actor", state, requiresGrad: true)
    let loss = -(try value(network("critic1", state), observations, actor(observations)).mean())
    let penalty = try penalty.ofActor(at: observations) { try actor($0) }
    return try actorStep(state, actor, loss: loss, penalty: penalty, metrics: ["actor": loss], rate: rate)
  }
}
