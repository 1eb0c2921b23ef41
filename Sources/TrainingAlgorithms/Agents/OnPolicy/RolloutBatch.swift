import Autograd
import GraphIR

/// The steps of a minibatch: a row or a number for each.
public struct RolloutBatch {
  /// s, [N, S].
  public var observations: Tensor
  /// a, [N, A].
  public var actions: Tensor
  /// log π(a|s) of the policy that acted, [N].
  public var logProbabilities: Tensor
  /// V(s) when the policy acted, [N].
  public var values: Tensor
  /// Â, [N].
  public var advantages: Tensor
  /// Â + V(s), [N].
  public var returns: Tensor

  /// The fields of a batch; the raw value is the name of the program's input.
  enum Field: String, CaseIterable {
    case observations = "rollout/observations"
    case actions = "rollout/actions"
    case logProbabilities = "rollout/logProbabilities"
    case values = "rollout/values"
    case advantages = "rollout/advantages"
    case returns = "rollout/returns"
  }
}
