/// Which checkpoint of a run is meant.
public enum CheckpointSelector: Hashable, Sendable {
  /// The one with the largest step.
  case latest
  /// The one whose step has the greatest ``Metric/evaluation``, of equal ones the earliest.
  case best
  /// The one at a step.
  case step(Int)
}
