import GraphIR
import TestSupport
import Testing

@Suite("SliceRange")
struct SliceRangeTests {
  private func ranges(
    _ shape: Shape, _ starts: [Int], _ ends: [Int], axes: [Int]? = nil, steps: [Int]? = nil
  ) throws -> [SliceRange] {
    try SliceRange.ranges(of: shape, starts: starts, ends: ends, axes: axes, steps: steps) { GraphError(.shape, $0) }
  }

  @Test("takes the elements that NumPy takes, for all starts, ends and steps")
  func numpy() throws {
    var count = 0
    for table in try OperatorFixture.slices() {
      for (start, row) in zip(table.bounds, table.elements) {
        for (end, expected) in zip(table.bounds, row) {
          let range = try ranges([table.extent], [start], [end], steps: [table.step])[0]
          let taken = (0..<range.count).map { String(range.start + $0 * range.step) }.joined(separator: " ")
          #expect(taken == expected, "0..<\(table.extent)[\(start):\(end):\(table.step)]")
          count += 1
        }
      }
    }
    #expect(count == 5 * 9 * 16 * 16)
  }

  @Test("unnamed axes are taken whole, also symbolic ones")
  func otherAxes() throws {
    let found = try ranges([-1, 4, 5], [1], [3], axes: [-2])
    #expect(found.map(\.start) == [0, 1, 0] && found.map(\.count) == [-1, 2, 5] && found.map(\.step) == [1, 1, 1])
  }

  @Test(
    "refuses invalid slices",
    arguments: [
      ([0], [1, 2], nil, nil, "starts, ends, axes and steps differ in length: [0], [1, 2], [0], [1]"),
      ([0], [1], [0, 1], nil, "starts, ends, axes and steps differ in length: [0], [1], [0, 1], [1]"),
      ([0], [1], nil, [1, 1], "starts, ends, axes and steps differ in length: [0], [1], [0], [1, 1]"),
      ([0, 0], [1, 1], [1, 2], nil, "axis 2 of [?1, 4] can't be sliced"),
      ([0], [1], [0], nil, "axis 0 of [?1, 4] can't be sliced"),
      ([0], [1], [-3], nil, "axis -3 of [?1, 4] can't be sliced"),
      ([0, 0], [1, 1], [1, -1], nil, "axes [1, -1] name one axis twice"),
      ([0], [1], [1], [0], "a step of 0 along axis 1"),
    ] as [([Int], [Int], [Int]?, [Int]?, String)])
  func errors(starts: [Int], ends: [Int], axes: [Int]?, steps: [Int]?, message: String) {
    let error = #expect(throws: GraphError.self) { try ranges([-1, 4], starts, ends, axes: axes, steps: steps) }
    #expect(error?.description == message)
  }
}
