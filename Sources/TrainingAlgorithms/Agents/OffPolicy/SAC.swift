import Autograd
import Foundation
import GraphIR
import NN

/// Soft actor-critic: Haarnoja, Zhou, Hartikainen, Tucker, Ha, Tan, Kumar, Zhu, Gupta, Abbeel, Levine,
/// arXiv:1812.05905, algorithm 1, with the details of Stable-Baselines3.
///
/// Besides the networks, the state holds `entropy/logCoefficient` and `entropy/adam/…` if the entropy coefficient is
/// learned.
public struct SAC: OffPolicyActorCritic {
  /// The trained networks.
  public let networks: OffPolicyNetworks
  /// The hyperparameters of the algorithm.
  public let settings: SACSettings

  /// - Throws: ``AlgorithmError`` if a setting is out of range, or the networks are not two critics and an actor with
  ///   the outputs `mean`, `logDeviation` and, for state-dependent exploration, `latent`.
  public init(_ networks: OffPolicyNetworks, settings: SACSettings) throws {
    self.networks = networks
    self.settings = settings
    try settings.validate()
    let latent = settings.stateDependentExploration ? ["latent"] : []
    try networks.require(outputs: ["mean"] + latent + ["logDeviation"], critics: 2)
  }

  /// The number of steps between draws of the matrices of state-dependent exploration.
  public var explorationSteps: Int? { settings.explorationSteps }
  /// The critics.
  public var targets: [String] { ["critic1", "critic2"] }

  /// The normal draws of actions: `action` and `nextAction`, [N, A]. With state-dependent exploration: `action`, a
  /// matrix for each environment, and `exploration`, one for all transitions of an update, [L, A].
  public func draws(_ program: OffPolicyProgram) -> [String: Shape] {
    let width = networks.spaces.actionWidth
    switch (program, networks.latentWidth) {
    case (.act, nil): return ["action": [environment.copies, width]]
    case (.act, let latent?): return ["action": [environment.copies, latent, width]]
    case (.critic, nil): return ["nextAction": [replay.batch, width]]
    case (.actor, nil): return ["action": [replay.batch, width]]
    case (.critic, let latent?), (.actor, let latent?): return ["exploration": [latent, width]]
    case (.targets, _), (.evaluate, _): return [:]
    }
  }

  /// The initial logarithm of the entropy coefficient, if it is learned, and its optimiser's state.
  public var additionalState: [String: TensorValue] {
    guard case .automatic(let initial) = settings.entropyCoefficient else { return [:] }
    let type = TensorType(networks.dtype, [])
    var state = [Self.logCoefficient: TensorValue(repeating: log(initial), type: type)]
    state.merge(optimizer.base.initialState(for: [Self.logCoefficient: type]), under: optimizerName(of: "entropy"))
    return state
  }

  /// A sample of π(·|s).
  public func action(_ actor: Network, _ observations: Tensor, draws: NamedTensors) throws -> Tensor {
    try sample(actor, observations, noise: known(["action"], draws)).action
  }

  /// tanh of the mean; `mean` and `logDeviation` are before tanh.
  public func mode(_ actor: Network, _ observations: Tensor) throws -> (action: Tensor, distribution: NamedTensors) {
    let (mean, logDeviation, latent) = try parameters(actor, observations)
    guard let latent else { return (mean.tanh(), ["mean": mean, "logDeviation": logDeviation]) }
    // The standard deviation of an action at a state, over all matrices of exploration.
    let distribution = StateDependentGaussian(
      mean: mean, latent: latent, logDeviation: logDeviation, isSquashed: true)
    return (mean.tanh(), ["mean": mean, "logDeviation": distribution.deviation.log()])
  }

  /// One step of both critics against ½ (y − Qᵢ(s, a))², the mean over the batch and the sum over i, with
  /// y = r + γ(1 − d)(minᵢ Q'ᵢ(s', a') − α log π(a'|s')) and a' ~ π(·|s') (equations 5 and 6).
  public func criticStep(
    _ state: NamedTensors, _ batch: ReplayBatch, draws: NamedTensors, rate: Tensor
  ) throws -> StepResult {
    let next = try sample(
      network("actor", state), batch.nextObservations, noise: known(["nextAction", "exploration"], draws))
    let nextValues = try leastValue(self.critics(state, isTarget: true), batch.nextObservations, next.action)
    let target = bootstrapped(batch, nextValues: nextValues - coefficient(state) * next.logProbability)
    let critics = self.critics(state, requiresGrad: true)
    let (errors, mean) = try squaredErrors(critics, batch, to: target)
    let loss = 0.5 * errors
    return try criticStep(state, critics, batch, loss: loss, metrics: ["critic": loss, "q": mean], rate: rate)
  }

  /// One step of the actor against α log π(a|s) − minᵢ Qᵢ(s, a), the mean over the batch, with a ~ π(·|s) (equation 7),
  /// and one step of the entropy coefficient.
  public func actorStep(
    _ state: NamedTensors, _ observations: Tensor, draws: NamedTensors, rate: Tensor
  ) throws -> StepResult {
    let noise = known(["action", "exploration"], draws)
    let actor = network("actor", state, requiresGrad: true)
    let (action, logProbability) = try sample(actor, observations, noise: noise)
    let coefficient = coefficient(state)
    let loss = (coefficient * logProbability - (try leastValue(critics(state), observations, action))).mean()
    var result = try actorStep(
      state, actor, loss: loss, penalty: actorPenalty(actor, observations, noise: noise),
      metrics: ["actor": loss, "entropyCoefficient": coefficient], rate: rate)
    try entropyStep(&result, logProbability.detached(), rate: rate)
    return result
  }

  /// One step of the entropy coefficient, if it is learned, against −log α · (log π(a|s) + H̄), the mean over the
  /// batch: equation 18, with log α in place of α.
  private func entropyStep(_ result: inout StepResult, _ logProbability: Tensor, rate: Tensor) throws {
    guard case .automatic = settings.entropyCoefficient else { return }
    let target = settings.targetEntropy ?? -Double(networks.spaces.actionWidth)
    let logCoefficient = known([Self.logCoefficient], result.state)
    // The loss is linear in log α.
    let gradient = -(logProbability + target).mean()
    result.metrics["entropyLoss"] = logCoefficient * gradient
    result.state = try result.state.updated(
      by: optimizer.base, [Self.logCoefficient: logCoefficient], gradients: [Self.logCoefficient: gradient],
      state: optimizerName(of: "entropy"), rate: rate)
  }

  /// α.
  private func coefficient(_ state: NamedTensors) -> Tensor {
    switch settings.entropyCoefficient {
    case .constant(let number): Tensor(number, dtype: networks.dtype)
    case .automatic: known([Self.logCoefficient], state).exp()
    }
  }

  private static let logCoefficient = "entropy/logCoefficient"

  private func known(_ names: [String], _ tensors: NamedTensors) -> Tensor {
    guard let tensor = names.lazy.compactMap({ tensors[$0] }).first else {
      preconditionFailure("expected one of \(names), found \(tensors.keys.sorted())")
    }
    return tensor
  }
}
