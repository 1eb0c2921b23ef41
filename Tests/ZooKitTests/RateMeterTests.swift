import Testing

@testable import ZooKit

/// The rate covers the last 10 s, so it shows when a run slows down.
@Suite struct RateMeterTests {
  @Test func aRunThatSlowsDown() {
    let start = ContinuousClock.now
    var meter = RateMeter(step: 100, at: start)
    #expect(meter.rate(step: 100, at: start) == 0)
    // 100 steps per second for 8 s, then 5.
    var step = 100
    var rate = 0.0
    for tick in 1...800 {
      step += 1
      rate = meter.rate(step: step, at: start + .milliseconds(10 * tick))
      #expect(abs(rate - 100) < 1e-6)
    }
    for tick in 1...100 {
      step += 1
      rate = meter.rate(step: step, at: start + .seconds(8) + .milliseconds(200 * tick))
    }
    #expect(abs(rate - 5) < 0.2, "\(rate)")
  }
}
