import Autograd
import NN

/// The parts of losses that off-policy algorithms share.
extension OffPolicyAlgorithm {
  /// A network of the state, or its target.
  public func network(
    _ role: String, _ state: NamedTensors, isTarget: Bool = false, requiresGrad: Bool = false
  ) -> Network {
    guard let graph = roles[role] else { preconditionFailure("there is no network '\(role)'") }
    return Network(graph, parameters: state.scoped(isTarget ? "target/\(role)" : role), requiresGrad: requiresGrad)
  }

  /// r + γ(1 − d)·V(s'), [N, 1].
  public func bootstrapped(_ batch: ReplayBatch, nextValues: Tensor) -> Tensor {
    batch.rewards + (1 - batch.dones) * (replay.discount * nextValues)
  }

  /// One step of the optimiser that these networks share.
  ///
  /// - Parameters:
  ///   - state: the state before the step.
  ///   - roles: the networks with their roles; their parameters require gradients.
  ///   - loss: a scalar.
  ///   - metrics: scalars to record.
  ///   - rate: the learning rate.
  /// - Throws: autograd's errors.
  public func step(
    _ state: NamedTensors, _ roles: [(name: String, network: Network)], loss: Tensor, metrics: NamedTensors,
    rate: Tensor
  ) throws -> StepResult {
    var (parameters, gradients): (NamedTensors, NamedTensors) = ([:], [:])
    for (name, network) in roles { parameters.merge(network.parameters, under: name) }
    let names = roles.flatMap { role in role.network.trainableNames.map { "\(role.name)/\($0)" } }
    let found = try grad([loss], names.compactMap { parameters[$0] }, materializeGrads: true)
    for (name, gradient) in zip(names, found) { gradients[name] = gradient }
    let next = try state.updated(
      by: optimizer.base, parameters, gradients: gradients, state: optimizerName(of: roles[0].name), rate: rate)
    return (next, metrics.mapValues { $0.detached() })
  }
}
