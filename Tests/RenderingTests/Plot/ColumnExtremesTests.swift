import Foundation
import Rendering
import TestSupport
import Testing

@Suite("Extremes of columns")
struct ColumnExtremesTests {
  @Test func aSpikeOfAMillionPointsIsKept() {
    for place in [0, 543_210] {
      let points = (0..<1_000_000).map { PlotPoint(Double($0), $0 == place ? 40 : Double($0 % 7) / 7) }
      let range = AxisRange([0, 999_999], scale: .linear)
      let reduced = ColumnExtremes(range, columns: 700).reduce(points)
      #expect(reduced.count <= 1400)
      #expect(reduced.count { $0.y == 40 } == 1 && reduced.contains(PlotPoint(Double(place), 40)))
      #expect(zip(reduced, reduced.dropFirst()).allSatisfy { $0.x < $1.x })
    }
  }

  /// Compared with a search through all points of each column.
  @Test(arguments: 0..<40) func theyAreThoseOfEachColumn(_ seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let count = Int.random(in: 0...300, using: &random)
    let scale: PlotAxis.Scale = seed % 2 == 0 ? .linear : .logarithmic
    let points = (0..<count).map { _ in
      let value = Double.random(in: -5...5, using: &random)
      return PlotPoint(
        Double(Int.random(in: 1...200, using: &random)), Int.random(in: 0..<6, using: &random) == 0 ? .nan : value)
    }.sorted { $0.x < $1.x }
    let range = AxisRange(points.map(\.x), scale: scale)
    let columns = Int.random(in: 1...50, using: &random)
    let reduced = ColumnExtremes(range, columns: columns).reduce(points)
    func column(_ point: PlotPoint) -> Int {
      min(Int((range.position(of: point.x) ?? 0) * Double(columns)), columns - 1)
    }
    for (index, members) in Dictionary(grouping: points, by: column) {
      let kept = reduced.filter { column($0) == index }
      let finite = members.map(\.y).filter(\.isFinite)
      #expect(kept.count <= 2 && !kept.isEmpty)
      if finite.isEmpty {
        #expect(kept.count == 1 && kept[0].y.isNaN)
      } else {
        #expect(kept.map(\.y).min() == finite.min() && kept.map(\.y).max() == finite.max())
        #expect(kept.allSatisfy { members.contains($0) })
      }
    }
    #expect(zip(reduced, reduced.dropFirst()).allSatisfy { $0.x <= $1.x })
  }

  @Test func stepsCoverTheRangeOnce() {
    for (low, high) in [(0, 0), (0, 1), (5, 9), (0, 1_000_000), (1, 100_000), (7, 1 << 53)] {
      for scale in [PlotAxis.Scale.linear, .logarithmic] where low > 0 || scale == .linear {
        for columns in [1, 2, 7, 1000] {
          let range = AxisRange([Double(low), Double(high)], scale: scale)
          let steps = ColumnExtremes(range, columns: columns).steps
          #expect(steps.count <= columns)
          #expect((steps.first?.lowerBound ?? .max) <= low)
          #expect((steps.last?.upperBound ?? .min) >= high)
          #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.upperBound + 1 == $1.lowerBound })
        }
      }
    }
  }
}
