/// Measures training's steps per second over the last 10 s, or since its start.
struct RateMeter {
  private typealias Sample = (time: ContinuousClock.Instant, step: Int)

  private static let window = Duration.seconds(10)
  /// The least time between two samples. Steps in between are not kept.
  private static let spacing = Duration.milliseconds(250)

  /// The samples from the newest one before the window to the last one.
  private var samples: [Sample]

  init(step: Int, at time: ContinuousClock.Instant = .now) { samples = [(time, step)] }

  /// Records a step.
  ///
  /// - Returns: steps per second; 0 before any time has passed.
  mutating func rate(step: Int, at time: ContinuousClock.Instant = .now) -> Double {
    while samples.count > 1, samples[1].time <= time - Self.window { samples.removeFirst() }
    let first = samples[0]
    if time - samples[samples.count - 1].time >= Self.spacing { samples.append((time, step)) }
    let seconds = (time - first.time) / .seconds(1)
    return seconds > 0 ? Double(step - first.step) / seconds : 0
  }
}
