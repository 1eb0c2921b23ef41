/// A selection of one checkpoint of a run.
public enum CheckpointSelector: Hashable, Sendable {
  /// The checkpoint with the largest step.
  case latest
  /// The checkpoint whose step has the best ``Metric/evaluation``, by the run's ``BestEvaluation``; the earliest if
  /// several are equal.
  case best
  /// The checkpoint at a step.
  case step(Int)
}
