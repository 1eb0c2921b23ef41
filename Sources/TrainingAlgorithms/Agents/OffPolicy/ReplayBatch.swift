import Autograd

/// The transitions of an update, a row for each.
public struct ReplayBatch {
  /// s, [N, S].
  public var observations: Tensor
  /// a within ±1, [N, A].
  public var actions: Tensor
  /// r, [N, 1].
  public var rewards: Tensor
  /// 1 if no reward can follow the transition, otherwise 0, [N, 1].
  public var dones: Tensor
  /// s', [N, S].
  public var nextObservations: Tensor

  // Like ProcessIdentity and other public values: Swift's memberwise initialiser is internal.

  /// A batch.
  public init(observations: Tensor, actions: Tensor, rewards: Tensor, dones: Tensor, nextObservations: Tensor) {
    self.observations = observations
    self.actions = actions
    self.rewards = rewards
    self.dones = dones
    self.nextObservations = nextObservations
  }

  /// The columns of a batch, in the order of a row; the raw value is the name of the program's input.
  enum Field: String, CaseIterable {
    case observations = "replay/observations"
    case actions = "replay/actions"
    case rewards = "replay/rewards"
    case dones = "replay/dones"
    case nextObservations = "replay/nextObservations"
  }
}
