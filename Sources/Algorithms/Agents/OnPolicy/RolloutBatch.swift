import Autograd
import GraphIR

/// Steps that a policy has done, as an update reads them: a row or a number for each.
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

  /// The numbers of a batch, by the name of the program's input, and whether they are rows.
  enum Field: String, CaseIterable {
    case observations = "rollout/observations"
    case actions = "rollout/actions"
    case logProbabilities = "rollout/logProbabilities"
    case values = "rollout/values"
    case advantages = "rollout/advantages"
    case returns = "rollout/returns"
  }
}
