import GraphIR
import TestSupport
import Testing

@Suite("Shapes and mismatches")
struct ShapingTests {
  private func infer(
    _ op: Op, _ shape: Shape, _ numbers: [Int]? = nil, _ attributes: Attributes = [:], count: Int = 1
  ) throws -> [Shape] {
    let vector = numbers.map { TensorValue(integers: $0) }
    let context = InferenceContext(
      op, inputs: [TensorType(.float32, shape)] + (vector.map { [$0.type] } ?? []), constants: [nil, vector],
      attributes: attributes, outputCount: count)
    return try op.definition.infer(context).map(\.shape)
  }

  @Test("a range may span all integers, but must be finite")
  func ranges() throws {
    func range(_ bounds: Int64...) throws -> [Int] {
      let values = bounds.map { TensorValue(scalar: $0) }
      return try OpExample(.range, "", values).evaluate()[0].integers
    }
    #expect(try range(.min, .max, .max) == [.min, -1, .max - 1])
    #expect(try range(.max, .min, .min) == [.max, -1])
    #expect(throws: GraphError.self) { try range(0, 1, 0) }
    #expect(throws: GraphError.self) { try range(.min, .max, 1) }
  }

  @Test("symbolic extents pass through where possible")
  func symbolic() throws {
    #expect(try infer(.squeeze, [-1, 1, 3]) == [[-1, 3]])
    #expect(try infer(.squeeze, [-1, 1, 3], [1]) == [[-1, 3]])
    #expect(throws: GraphError.self) { try infer(.squeeze, [-1, 1, 3], [0]) }
    #expect(try infer(.unsqueeze, [-1, 3], [1]) == [[-1, 1, 3]])
    #expect(try infer(.flatten, [-1, 3, 4]) == [[-1, 12]])
    #expect(try infer(.flatten, [1, -1, 3, 4], nil, ["axis": .int(2)]) == [[-1, 12]])
    #expect(try infer(.tile, [-1, 3], [1, 2]) == [[-1, 6]])
    #expect(try infer(.split, [-1, 4], [1, 3], ["axis": .int(1)], count: 2) == [[-1, 1], [-1, 3]])
    #expect(throws: GraphError.self) { try infer(.split, [-1, 4], nil, ["num_outputs": .int(2)], count: 2) }
    #expect(try infer(.shape, [-1, 4]) == [[2]])
  }

  @Test("parts that do not fit are refused")
  func parts() throws {
    for sizes in [[2], [1, 1], [1, 1, 1], [4, -1], [Int.max, 2], [Int.min, 3]] {
      #expect(throws: GraphError.self, "\(sizes)") { try infer(.split, [3], sizes, count: 2) }
    }
    #expect(throws: GraphError.self) { try infer(.split, [3], nil, count: 2) }
    #expect(throws: GraphError.self) { try infer(.split, [3], nil, ["num_outputs": .int(3)], count: 2) }
    #expect(throws: GraphError.self) { try infer(.split, [3], [1, 2], ["num_outputs": .int(2)], count: 2) }
    // Four parts of 5: three of 2, and nothing left for the last one.
    #expect(throws: GraphError.self) { try infer(.split, [5], nil, ["num_outputs": .int(4)], count: 4) }
  }

  @Test("extreme arguments are refused", arguments: HostileSizeTests.extremes)
  func extremes(number: Int) throws {
    #expect(throws: GraphError.self) { try infer(.squeeze, [1, 2], [number]) }
    #expect(throws: GraphError.self) { try infer(.unsqueeze, [1, 2], [number]) }
    #expect(throws: GraphError.self) { try infer(.flatten, [1, 2], nil, ["axis": .int(number)]) }
    #expect(throws: GraphError.self) { try infer(.split, [4], [4], ["axis": .int(number)]) }
    #expect(throws: GraphError.self) { try infer(.split, [4], nil, ["num_outputs": .int(number)]) }
    #expect(throws: GraphError.self) { try infer(.tile, [2, 2], [number, number]) }
    #expect(throws: GraphError.self) { try infer(.depthToSpace, [1, 4, 2, 2], nil, ["blocksize": .int(number)]) }
    #expect(throws: GraphError.self) { try infer(.spaceToDepth, [1, 4, 2, 2], nil, ["blocksize": .int(number)]) }
    #expect(throws: GraphError.self) {
      try OpExample(.constantOfShape, "", [TensorValue(integers: [number])]).outputTypes()
    }
    let all = try infer(.shape, [1, 2], nil, ["start": .int(number), "end": .int(number)])
    #expect(all == [[0]])
  }
}
