import Checkpointing

/// A checkpoint to be written: the state, and the metrics, events and pictures since the previous one.
struct Submission: Sendable {
  var snapshot: TrainingState
  var metrics: [Metric]
  var events: [Event]
  var pictures: [StoredPicture]

  /// The evaluation of the snapshot's step.
  private var evaluation: Double? {
    metrics.first { $0.key == Metric.evaluation && $0.step == snapshot.step && !$0.value.isNaN }?.value
  }

  /// The best checkpoint by its evaluation and the newest, of a list with the oldest first. Metrics, events and
  /// pictures of the others move to the next one that stays. `evaluations` says which evaluation is the best.
  static func thinned(_ submissions: [Submission], best evaluations: BestEvaluation) -> [Submission] {
    var best: Int?
    for (index, submission) in submissions.enumerated() {
      guard let evaluation = submission.evaluation else { continue }
      let isBest = best.flatMap { submissions[$0].evaluation }.map { evaluations.isBetter(evaluation, than: $0) }
      if isBest ?? true { best = index }
    }
    var kept: [Submission] = []
    var (metrics, events, pictures): ([Metric], [Event], [StoredPicture]) = ([], [], [])
    for (index, submission) in submissions.enumerated() {
      metrics += submission.metrics
      events += submission.events
      pictures += submission.pictures
      guard index == best || index == submissions.count - 1 else { continue }
      kept.append(
        Submission(snapshot: submission.snapshot, metrics: metrics, events: events, pictures: pictures))
      (metrics, events, pictures) = ([], [], [])
    }
    return kept
  }
}
