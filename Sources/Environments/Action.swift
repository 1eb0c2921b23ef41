/// The action of an agent in one step.
public enum Action: Equatable, Sendable {
  /// A discrete action, numbered from 0.
  case discrete(Int)
  /// Several discrete actions at once, each numbered from 0.
  case multiDiscrete([Int])
  /// A vector of float32.
  case continuous([Float])
}
