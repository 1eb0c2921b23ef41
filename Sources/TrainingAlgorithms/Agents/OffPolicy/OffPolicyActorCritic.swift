import Autograd
import GraphIR
import NN

/// An off-policy algorithm with a policy network, `actor`, and critics `critic1`, `critic2`, …: functions Q(s, a).
///
/// An algorithm whose settings are ``OffPolicySettings`` has their properties.
public protocol OffPolicyActorCritic: OffPolicyAlgorithm {
  /// The type of the settings.
  associatedtype Settings

  /// The settings of the algorithm.
  var settings: Settings { get }
  /// The actor and the critics.
  var networks: OffPolicyNetworks { get }
  /// A gradient penalty.
  var penalty: AgentPenalty { get }

  /// One step of the actor.
  ///
  /// - Throws: autograd's errors.
  func actorStep(_ state: NamedTensors, _ observations: Tensor, draws: NamedTensors, rate: Tensor) throws -> StepResult
}

extension OffPolicyActorCritic {
  /// The networks by role.
  public var roles: [String: Graph] { networks.roles }
  /// The spaces of observations and actions.
  public var spaces: EnvironmentSpaces { networks.spaces }
  /// `actor`.
  public var policyRole: String { "actor" }
  /// The width of the actor's output `latent`.
  public var latentWidth: Int? { networks.latentWidth }
  /// `ROLE/OPTIMIZER`, and one for all critics, `critic/OPTIMIZER`.
  public func optimizerName(of role: String) -> String {
    "\(networks.criticNames.contains(role) ? "critic" : role)/\(optimizer.name)"
  }

  /// The critics of the state, or their targets.
  func critics(_ state: NamedTensors, isTarget: Bool = false, requiresGrad: Bool = false) -> [Network] {
    networks.criticNames.map { network($0, state, isTarget: isTarget, requiresGrad: requiresGrad) }
  }

  /// Q(s, a), [N, 1].
  func value(_ critic: Network, _ states: Tensor, _ actions: Tensor) throws -> Tensor {
    try critic(concatenated([states, actions], axis: 1))
  }

  /// The least Q(s, a) of several critics, [N, 1].
  func leastValue(_ critics: [Network], _ states: Tensor, _ actions: Tensor) throws -> Tensor {
    let values = try critics.map { try value($0, states, actions) }
    return values.dropFirst().reduce(values[0]) { $0.minimum($1) }
  }

  /// (y − Q(s, a))², the mean over the batch and the sum over the critics.
  ///
  /// - Returns: the sum, and the mean of the first critic's values.
  func squaredErrors(
    _ critics: [Network], _ batch: ReplayBatch, to target: Tensor
  ) throws -> (loss: Tensor, mean: Tensor) {
    let values = try critics.map { try value($0, batch.observations, batch.actions) }
    let losses = values.map { (target - $0).squared().mean() }
    return (losses.dropFirst().reduce(losses[0], +), values[0].mean())
  }

  /// One step of the critics' optimiser against a loss, to which their penalty is added.
  func criticStep(
    _ state: NamedTensors, _ critics: [Network], _ batch: ReplayBatch, loss: Tensor, metrics: NamedTensors, rate: Tensor
  ) throws -> StepResult {
    let penalties = try critics.compactMap { critic in
      try penalty.ofCritic(states: batch.observations, actions: batch.actions) { try value(critic, $0, $1) }
    }
    let sum = penalties.first.map { penalties.dropFirst().reduce($0, +) }
    let roles = zip(networks.criticNames, critics).map { ($0, $1) }
    return try step(state, roles, loss: loss, penalty: sum, metrics: metrics, rate: rate)
  }

  /// One step of the actor's optimiser against a loss.
  ///
  /// - Parameters:
  ///   - state: the state before the step.
  ///   - actor: the actor; its parameters require gradients.
  ///   - loss: a scalar, without the penalty.
  ///   - penalty: the actor's penalty, a scalar, not yet weighted; nil for none.
  ///   - metrics: scalars to record.
  ///   - rate: the learning rate.
  func actorStep(
    _ state: NamedTensors, _ actor: Network, loss: Tensor, penalty: Tensor?, metrics: NamedTensors, rate: Tensor
  ) throws -> StepResult {
    try step(state, [(policyRole, actor)], loss: loss, penalty: penalty, metrics: metrics, rate: rate)
  }

  private func step(
    _ state: NamedTensors, _ roles: [(name: String, network: Network)], loss: Tensor, penalty: Tensor?,
    metrics: NamedTensors, rate: Tensor
  ) throws -> StepResult {
    let loss = penalty.map { loss + self.penalty.weight * $0 } ?? loss
    var metrics = metrics
    metrics["penalty"] = penalty
    return try step(state, roles, loss: loss, metrics: metrics, rate: rate)
  }
}
