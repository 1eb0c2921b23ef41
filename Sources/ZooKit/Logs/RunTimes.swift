import Foundation
import RunStore

/// The times of a run's steps, as far as the store knows them.
///
/// The times of a run's start, its events and its kept checkpoints are recorded, those of its metrics are not. Steps in
/// between are taken as equally long.
struct RunTimes {
  private typealias Point = (step: Int, time: Double)

  /// In the order of time; steps do not decrease.
  private let points: [Point]

  init(_ run: Run, events: [Event], checkpoints: [Checkpoint]) {
    let known: [Point] =
      events.map { ($0.step, $0.created.timeIntervalSince1970) }
      + checkpoints.map { ($0.id.step, $0.created.timeIntervalSince1970) }
    var points: [Point] = [(run.parent?.step ?? 0, run.created.timeIntervalSince1970)]
    for point in known.sorted(by: { $0.time < $1.time }) {
      // A run that returned to an earlier step has done the later ones again.
      points.removeAll { $0.step > point.step }
      points.append(point)
    }
    self.points = points
  }

  /// The time at which a step was done, in seconds since 1970.
  func time(of step: Int) -> Double {
    // After a break, the first step begins when training continues: at the last time of the step before.
    guard let next = points.firstIndex(where: { $0.step >= step }) else { return points.last?.time ?? 0 }
    guard next > 0 else { return points[0].time }
    let (start, end) = (points[next - 1], points[next])
    let share = Double(step - start.step) / Double(max(end.step - start.step, 1))
    return start.time + (end.time - start.time) * share
  }
}
