import Foundation

/// The times at which the steps of a run were done.
///
/// The store has the time of the run's start, of its checkpoints and of its events. Between two of them, time grows
/// evenly with the steps. The time between the end of a training and its continuation counts as wall time, and not as
/// time of training. If the last checkpoint before a continuation is deleted, the pause is not known, and counts as
/// time of training.
public struct StepTimes: Sendable {
  /// A moment at which a number of steps was done.
  private struct Moment {
    let step: Int
    /// Seconds since 1970-01-01 UTC.
    let time: Double
    /// Seconds of training until then.
    var trained: Double
  }

  private var moments: [Moment] = []

  /// The times of a run.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - checkpoints: its checkpoints in any order.
  ///   - events: its events, the oldest first.
  public init(_ run: Run, checkpoints: [Checkpoint], events: [Event]) {
    enum Kind: Int { case reached, continued }
    var known = [(time: run.created, step: run.parent?.step ?? 0, kind: Kind.continued)]
    known += checkpoints.map { ($0.created, $0.id.step, .reached) }
    known += events.map { ($0.created, $0.step, $0.kind == .resumed ? .continued : .reached) }
    known.append((run.updated, run.step, .reached))
    // A continuation comes after a checkpoint of the same millisecond.
    known.sort { ($0.time, $0.kind.rawValue) < ($1.time, $1.kind.rawValue) }
    for moment in known {
      // Steps after the one that training continued from were done again.
      if moment.kind == .continued { moments.removeAll { $0.step > moment.step } }
      let time = moment.time.timeIntervalSince1970
      guard let last = moments.last else {
        moments.append(Moment(step: moment.step, time: time, trained: 0))
        continue
      }
      guard moment.step >= last.step else { continue }
      let isPause = moment.step == last.step
      moments.append(
        Moment(step: moment.step, time: time, trained: last.trained + (isPause ? 0 : time - last.time)))
    }
  }

  /// The time at which a step was done, in seconds since 1970-01-01 UTC.
  public func time(of step: Int) -> Double { interpolated(step, \.time) }

  /// The seconds of training until a step was done.
  public func seconds(of step: Int) -> Double { interpolated(step, \.trained) }

  private func interpolated(_ step: Int, _ value: KeyPath<Moment, Double>) -> Double {
    // The index of the first moment at which the step was done.
    var (low, high) = (0, moments.count)
    while low < high {
      let middle = (low + high) / 2
      if moments[middle].step < step { low = middle + 1 } else { high = middle }
    }
    guard low < moments.count else { return moments.last?[keyPath: value] ?? 0 }
    guard low > 0, moments[low].step > step else { return moments[low][keyPath: value] }
    let (before, after) = (moments[low - 1], moments[low])
    let share = Double(step - before.step) / Double(after.step - before.step)
    return before[keyPath: value] + share * (after[keyPath: value] - before[keyPath: value])
  }
}

extension Store {
  /// The times at which the steps of a run were done.
  ///
  /// - Throws: ``StoreError`` if there is no such run.
  public func stepTimes(of run: Run) throws -> StepTimes {
    StepTimes(run, checkpoints: try checkpoints(of: run.id), events: try events(of: run.id))
  }
}
