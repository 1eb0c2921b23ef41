/// Which checkpoint of a run is meant.
public enum CheckpointSelector: Hashable, Sendable {
  /// The one with the largest step.
  case latest
  /// The one at a step.
  case step(Int)
}
