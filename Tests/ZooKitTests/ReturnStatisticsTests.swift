import Foundation
import ZooKit
import TestSupport
import Testing

/// Statistics of returns against NumPy's.
@Suite struct ReturnStatisticsTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      let returns: [Double]
      let mean, standardDeviation, interquartileMean: Double
      let interval, deviation: [Double]
    }
    let cases: [Case]
  }

  @Test func theyAreNumPys() throws {
    let fixture: Fixture = try Fixtures.load("statistics.json")
    #expect(fixture.cases.count >= 9)
    for expected in fixture.cases {
      // Order does not matter.
      for returns in [expected.returns, expected.returns.reversed()] {
        let found = ReturnStatistics(returns, seed: 5)
        let scale = expected.returns.map(abs).max() ?? 1
        for (found, expected) in [
          (found.mean, expected.mean), (found.standardDeviation, expected.standardDeviation),
          (found.interquartileMean, expected.interquartileMean),
        ] {
          #expect(abs(found - expected) <= 1e-12 * scale, "\(returns.count) returns: \(found), not \(expected)")
        }
        for (found, (expected, deviation)) in zip(found.interval, zip(expected.interval, expected.deviation)) {
          #expect(
            abs(found - expected) <= 5 * deviation + 1e-12 * scale,
            "\(returns.count) returns: \(found), not \(expected)")
        }
      }
    }
  }

  @Test func equalSeedsGiveEqualIntervals() {
    let returns = (0..<40).map { 100 * sin(Double($0)) }
    #expect(ReturnStatistics(returns, seed: 1) == ReturnStatistics(returns, seed: 1))
    #expect(ReturnStatistics(returns, seed: 1).interval != ReturnStatistics(returns, seed: 2).interval)
  }
}
