/// What an agent does in one step.
public enum Action: Equatable, Sendable {
  /// A choice, numbered from 0.
  case discrete(Int)
  /// A vector of float32.
  case continuous([Float])
}
