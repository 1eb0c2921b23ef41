import Foundation
import Rendering
import TestSupport
import Testing

/// Ticks of axes: linear ones compared with R's `extended` by way of mizani (`make_ticks.py`), others by hand.
@Suite("Axis ticks")
struct AxisTickTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let low, high: Double
    let count: Int
    let values: [Double]
    var testDescription: String { "\(low)…\(high), \(count)" }
  }
  private struct File: Decodable { let cases: [Case] }
  private static let cases = (try? Fixtures.load("ticks.json", as: File.self).cases) ?? []

  private static func ticks(_ low: Double, _ high: Double, _ scale: PlotAxis.Scale, _ count: Int) -> AxisTicks {
    AxisTicks(AxisRange([low, high], scale: scale), count: count)
  }

  @Test func thereAreCases() { #expect(Self.cases.count == 220) }

  @Test(arguments: cases) func linearTicksAreThoseOfR(_ example: Case) {
    let found = Self.ticks(example.low, example.high, .linear, example.count)
    let tolerance = (example.high - example.low) * 1e-9
    // Values at the very ends are inside or outside by a rounding error.
    func inner(_ values: [Double]) -> [Double] {
      values.filter { $0 > example.low + tolerance && $0 < example.high - tolerance }
    }
    let (values, expected) = (inner(found.values), inner(example.values))
    #expect(values.count == expected.count, "\(values), expected \(expected)")
    for (value, expected) in zip(values, expected) { #expect(abs(value - expected) <= tolerance) }
    #expect(Set(found.labels).count == found.labels.count)
    for (value, label) in zip(found.values, found.labels) {
      let number = Double(label.replacing(",", with: ""))
      #expect(number.map { abs($0 - value) <= tolerance } == true, "\(label) of \(value)")
    }
  }

  @Test func linearLabelsByHand() {
    #expect(Self.ticks(0, 1, .linear, 5).labels == ["0.00", "0.25", "0.50", "0.75", "1.00"])
    #expect(Self.ticks(0, 20000, .linear, 6).labels == ["0", "5,000", "10,000", "15,000", "20,000"])
    #expect(Self.ticks(-10, 10, .linear, 5).labels == ["-10", "-5", "0", "5", "10"])
    #expect(Self.ticks(0, 4e9, .linear, 5).labels == ["0", "1e9", "2e9", "3e9", "4e9"])
    #expect(Self.ticks(0, 1e-8, .linear, 5).labels == ["0", "0.25e-8", "0.50e-8", "0.75e-8", "1.00e-8"])
    #expect(Self.ticks(1e6, 1_000_001, .linear, 3).labels == ["1,000,000.0", "1,000,000.5", "1,000,001.0"])
  }

  @Test func logarithmicTicksByHand() {
    let decades = Self.ticks(1, 1000, .logarithmic, 4)
    #expect(decades.values == [1, 10, 100, 1000] && decades.labels == ["1", "10", "100", "1,000"])
    #expect(Self.ticks(1, 100, .logarithmic, 6).values == [1, 2, 5, 10, 20, 50, 100])
    #expect(Self.ticks(0.03, 0.7, .logarithmic, 5).values == [0.05, 0.1, 0.2, 0.5])
    #expect(Self.ticks(0.03, 0.7, .logarithmic, 5).labels == ["0.05", "0.1", "0.2", "0.5"])
    // Every second power, so that at most the desired number is left.
    #expect(Self.ticks(1e-6, 1, .logarithmic, 4).values == [1e-6, 1e-4, 1e-2, 1])
    #expect(Self.ticks(1e-6, 1, .logarithmic, 4).labels == ["1e-6", "1e-4", "1e-2", "1"])
    // Less than a decade without enough of 1, 2 and 5.
    #expect(Self.ticks(11, 14, .logarithmic, 4).values == [11, 12, 13, 14])
    for (low, high) in [
      (Double.leastNonzeroMagnitude, 1.7e308), (1e-300, 1e300), (1e308, 1.7e308),
      (Double.leastNonzeroMagnitude, 2 * Double.leastNonzeroMagnitude),
    ] {
      let ticks = Self.ticks(low, high, .logarithmic, 6)
      #expect(ticks.values.allSatisfy { $0 >= low && $0 <= high && $0 > 0 }, "\(low)…\(high): \(ticks)")
    }
  }

  @Test func timeTicksByHand() {
    // 2026-12-01 00:00 UTC.
    let day = 1_796_083_200.0
    let hours = Self.ticks(day, day + 4 * 3600, .time, 5)
    #expect(hours.labels == ["12-01 00:00", "12-01 01:00", "12-01 02:00", "12-01 03:00", "12-01 04:00"])
    #expect(Self.ticks(day + 50, day + 650, .time, 5).labels == ["00:02", "00:04", "00:06", "00:08", "00:10"])
    #expect(Self.ticks(day, day + 3, .time, 3).labels == ["00:00:00", "00:00:01", "00:00:02", "00:00:03"])
    #expect(Self.ticks(day, day + 0.4, .time, 3).labels.suffix(2) == ["00:00:00.2", "00:00:00.4"])
    #expect(Self.ticks(day, day + 3 * 86_400, .time, 3).labels.first == "2026-12-01")
    #expect(Self.ticks(0, 4e10, .time, 5).values.count <= 8)
  }

  @Test(arguments: [PlotAxis.Scale.linear, .logarithmic, .time])
  func anyRangeHasEndsThatDiffer(_ scale: PlotAxis.Scale) {
    let greatest = Double.greatestFiniteMagnitude
    let sets: [[Double]] = [
      [], [.nan], [.infinity, -.infinity], [0], [5], [-5], [1000 * Double.leastNonzeroMagnitude], [greatest],
      [-greatest], [-greatest, greatest],
      [1, 1 + .ulpOfOne], [1e15, 1e15 + 1], [-1e-300, 1e-300], [0, Double.leastNonzeroMagnitude], [.nan, 3, .infinity],
      [-2, -1], [-1, 1],
    ]
    for values in sets where scale != .time || values.allSatisfy({ !(abs($0) > 1e12) }) {
      for margin in [0, 0.04] {
        let range = AxisRange(values, scale: scale, margin: margin)
        #expect(range.low < range.high && range.low.isFinite && range.high.isFinite, "\(values): \(range)")
        if scale == .logarithmic { #expect(range.low > 0) }
        for value in values {
          let position = range.position(of: value)
          let hasPlace = value.isFinite && (scale != .logarithmic || value > 0)
          #expect((position != nil) == hasPlace, "\(value) in \(range)")
          if let position { #expect(position >= -1e-9 && position <= 1 + 1e-9, "\(value) in \(range)") }
        }
        let ticks = AxisTicks(range, count: 5)
        #expect(ticks.values.count == ticks.labels.count && ticks.values.count <= 25)
        #expect(ticks.values.allSatisfy { $0 >= range.low && $0 <= range.high }, "\(range): \(ticks.values)")
        #expect(zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $0 < $1 }, "\(range): \(ticks.values)")
        if scale == .linear { #expect(!ticks.values.isEmpty, "\(values): \(range)") }
      }
    }
  }
}
