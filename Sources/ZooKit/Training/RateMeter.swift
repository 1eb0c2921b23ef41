/// Measures how many steps a second training does at present: over the last ten seconds, or since it began.
struct RateMeter {
  private typealias Sample = (time: ContinuousClock.Instant, step: Int)

  private static let window = Duration.seconds(10)
  /// Samples closer than this are left out: some thousand steps a second need no thousand samples.
  private static let spacing = Duration.milliseconds(250)

  /// From the newest one before the window to the last one that was kept.
  private var samples: [Sample]

  init(step: Int, at time: ContinuousClock.Instant = .now) { samples = [(time, step)] }

  /// Takes note of a step.
  ///
  /// - Returns: steps a second; 0 before any time has passed.
  mutating func rate(step: Int, at time: ContinuousClock.Instant = .now) -> Double {
    while samples.count > 1, samples[1].time <= time - Self.window { samples.removeFirst() }
    let first = samples[0]
    if time - samples[samples.count - 1].time >= Self.spacing { samples.append((time, step)) }
    let seconds = (time - first.time) / .seconds(1)
    return seconds > 0 ? Double(step - first.step) / seconds : 0
  }
}
