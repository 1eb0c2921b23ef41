import Autograd
import NN

/// What the losses of off-policy algorithms share.
extension OffPolicyAlgorithm {
  /// A network of the state, or its target.
  func network(
    _ role: String, _ state: NamedTensors, isTarget: Bool = false, requiresGrad: Bool = false
  ) -> Network {
    guard let graph = networks.roles[role] else { preconditionFailure("there is no network '\(role)'") }
    return Network(graph, parameters: state.scoped(isTarget ? "target/\(role)" : role), requiresGrad: requiresGrad)
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

  /// r + γ(1 − d)·V(s'), [N, 1].
  func bootstrapped(_ batch: ReplayBatch, nextValues: Tensor) -> Tensor {
    batch.rewards + (1 - batch.dones) * (replay.discount * nextValues)
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

  /// One step of Adam on the critics against a loss, to which their penalty is added.
  func criticStep(
    _ state: NamedTensors, _ critics: [Network], _ batch: ReplayBatch, loss: Tensor, metrics: NamedTensors, rate: Tensor
  ) throws -> Result {
    let penalties = try critics.compactMap { critic in
      try penalty.ofCritic(states: batch.observations, actions: batch.actions) { try value(critic, $0, $1) }
    }
    let sum = penalties.first.map { penalties.dropFirst().reduce($0, +) }
    let roles = zip(networks.criticNames, critics).map { ($0, $1) }
    return try step(state, roles, optimizer: "critic/adam", loss: loss, penalty: sum, metrics: metrics, rate: rate)
  }

  /// One step of Adam on the actor against a loss.
  ///
  /// - Parameter penalty: of the actor, not yet weighed.
  func actorStep(
    _ state: NamedTensors, _ actor: Network, loss: Tensor, penalty: Tensor?, metrics: NamedTensors, rate: Tensor
  ) throws -> Result {
    try step(
      state, [("actor", actor)], optimizer: "actor/adam", loss: loss, penalty: penalty, metrics: metrics, rate: rate)
  }

  private func step(
    _ state: NamedTensors, _ roles: [(name: String, network: Network)], optimizer: String, loss: Tensor,
    penalty: Tensor?, metrics: NamedTensors, rate: Tensor
  ) throws -> Result {
    var (parameters, gradients): (NamedTensors, NamedTensors) = ([:], [:])
    for (name, network) in roles { parameters.merge(network.parameters, under: name) }
    let names = roles.flatMap { role in role.network.trainableNames.map { "\(role.name)/\($0)" } }
    let loss = penalty.map { loss + self.penalty.weight * $0 } ?? loss
    let found = try grad([loss], names.compactMap { parameters[$0] }, materializeGrads: true)
    for (name, gradient) in zip(names, found) { gradients[name] = gradient }
    let result = try adam.step(parameters, gradients, state.scoped(optimizer), rate: rate)
    var (next, metrics) = (state, metrics)
    next.merge(result.parameters.mapValues { $0.detached() }) { $1 }
    next.merge(result.state, under: optimizer)
    metrics["penalty"] = penalty
    return (next, metrics.mapValues { $0.detached() })
  }
}
