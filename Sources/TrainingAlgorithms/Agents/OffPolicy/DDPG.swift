import Autograd
import GraphIR
import NN

/// Deep deterministic policy gradients: Lillicrap, Hunt, Pritzel, Heess, Erez, Tassa, Silver, Wierstra,
/// arXiv:1509.02971, algorithm 1, with the details of Stable-Baselines3.
public struct DDPG: OffPolicyActorCritic {
  /// The trained networks.
  public let networks: OffPolicyNetworks
  /// The hyperparameters of the algorithm.
  public let settings: DDPGSettings

  // DDPG, TD3 and SAC begin alike: each is a whole algorithm in one file, and requires other networks.

  /// - Throws: ``AlgorithmError`` if a setting is out of range, or the networks are not an actor with the output
  ///   `action` and one critic.
  public init(_ networks: OffPolicyNetworks, settings: DDPGSettings) throws {
    self.networks = networks
    self.settings = settings
    try settings.validate()
    try networks.require(outputs: ["action"], critics: 1)
  }

  /// Both networks.
  public var targets: [String] { ["actor", "critic1"] }

  /// None.
  public func draws(_ program: OffPolicyProgram) -> [String: Shape] { [:] }

  /// μ(s).
  public func action(_ actor: Network, _ observations: Tensor, draws: NamedTensors) throws -> Tensor {
    try actor(observations)
  }

  /// μ(s).
  public func mode(_ actor: Network, _ observations: Tensor) throws -> (action: Tensor, distribution: NamedTensors) {
    (try actor(observations), [:])
  }

  /// One step of the critic against (r + γ(1 − d) Q'(s', μ'(s')) − Q(s, a))², the mean over the batch.
  public func criticStep(
    _ state: NamedTensors, _ batch: ReplayBatch, draws: NamedTensors, rate: Tensor
  ) throws -> StepResult {
    let critics = self.critics(state, requiresGrad: true)
    let nextActions = try network("actor", state, isTarget: true)(batch.nextObservations)
    let nextValues = try leastValue(self.critics(state, isTarget: true), batch.nextObservations, nextActions)
    let target = bootstrapped(batch, nextValues: nextValues)
    let (loss, mean) = try squaredErrors(critics, batch, to: target)
    return try criticStep(state, critics, batch, loss: loss, metrics: ["critic": loss, "q": mean], rate: rate)
  }

  /// One step of the actor against −Q(s, μ(s)), the mean over the batch.
  public func actorStep(
    _ state: NamedTensors, _ observations: Tensor, draws: NamedTensors, rate: Tensor
  ) throws -> StepResult {
    let actor = network("actor", state, requiresGrad: true)
    let loss = -(try value(network("critic1", state), observations, actor(observations)).mean())
    let penalty = try penalty.ofActor(at: observations) { try actor($0) }
    return try actorStep(state, actor, loss: loss, penalty: penalty, metrics: ["actor": loss], rate: rate)
  }
}
