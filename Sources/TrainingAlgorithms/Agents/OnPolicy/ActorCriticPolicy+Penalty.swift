import Autograd
import NN

extension ActorCriticPolicy {
  /// The penalty in the settings, not yet weighted; nil if there is none.
  ///
  /// - Throws: as `GradientPenalty`.
  func penalty(
    _ penalty: AgentPenalty, _ actor: Network, _ critic: Network, _ batch: RolloutBatch
  ) throws -> Tensor? {
    switch penalty.network {
    case .actor:
      try penalty.ofActor(at: batch.observations) { states in
        switch penalty.quantity {
        case .action: try actor(states)
        case .logProbability: try distribution(actor, states).logProbability(of: batch.actions).reshaped([-1, 1])
        }
      }
    case .critic:
      try penalty.ofCritic(states: batch.observations, actions: batch.actions) { states, _ in try critic(states) }
    }
  }
}
