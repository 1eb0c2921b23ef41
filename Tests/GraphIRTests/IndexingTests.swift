import GraphIR
import TestSupport
import Testing

@Suite("Reading and writing at indices")
struct IndexingTests {
  private func infer(_ op: Op, _ shapes: [Shape], _ attributes: Attributes = [:]) throws -> Shape {
    let inputs = shapes.enumerated().map { TensorType($0.offset == 1 ? .int64 : .float32, $0.element) }
    let context = InferenceContext(op, inputs: inputs, constants: inputs.map { _ in nil }, attributes: attributes)
    return try op.definition.infer(context)[0].shape
  }

  @Test("symbolic extents pass through, of data and of indices")
  func symbolic() throws {
    #expect(try infer(.gather, [[-1, 4], [3, 2]], ["axis": .int(1)]) == [-1, 3, 2])
    #expect(try infer(.gather, [[10, 4], [-1, -2]]) == [-1, -2, 4])
    #expect(try infer(.gatherElements, [[-1, 4], [-1, 2]], ["axis": .int(1)]) == [-1, 2])
    #expect(try infer(.gatherND, [[-1, 4, 5], [-1, 3, 1]], ["batch_dims": .int(1)]) == [-1, 3, 5])
    #expect(try infer(.scatterElements, [[-1, 4], [-1, 2], [-1, 2]], ["axis": .int(1)]) == [-1, 4])
    #expect(try infer(.scatterND, [[10, 4], [-1, 1], [-1, 4]]) == [10, 4])
  }

  @Test("calls that do not fit are refused")
  func refused() {
    let calls: [(Op, [Shape], Attributes)] = [
      (.gather, [[], [1]], [:]), (.gather, [[3], [1]], ["axis": .int(1)]),
      (.gatherElements, [[3, 2], [3]], [:]), (.gatherElements, [[3, 2], [5, 3]], [:]),
      (.gatherND, [[3], []], [:]), (.gatherND, [[3], [1, 2]], [:]), (.gatherND, [[3], [2, 0]], [:]),
      (.gatherND, [[3, 2], [-1]], [:]), (.gatherND, [[3, 2], [2, 1]], ["batch_dims": .int(1)]),
      (.scatterElements, [[3, 2], [1, 2], [2, 2]], [:]), (.scatterND, [[3, 2], [1, 1], [1, 3]], [:]),
      (.scatterND, [[], [1], []], [:]), (.scatterND, [[3], [1, 1], [1]], ["reduction": .string("sum")]),
    ]
    for (op, shapes, attributes) in calls {
      #expect(throws: GraphError.self, "\(op) \(shapes)") { try infer(op, shapes, attributes) }
    }
  }

  @Test("extreme attributes are refused", arguments: HostileSizeTests.extremes)
  func extremes(number: Int) {
    let axis: Attributes = ["axis": .int(number)]
    #expect(throws: GraphError.self) { try infer(.gather, [[2, 3], [1]], axis) }
    #expect(throws: GraphError.self) { try infer(.gatherElements, [[2, 3], [1, 3]], axis) }
    #expect(throws: GraphError.self) { try infer(.scatterElements, [[2, 3], [1, 3], [1, 3]], axis) }
    #expect(throws: GraphError.self) { try infer(.gatherND, [[2, 3], [1, 1]], ["batch_dims": .int(number)]) }
  }

  @Test("an index out of range is an error that names it", arguments: [3, -4, .min, .max] as [Int64])
  func outOfRange(index: Int64) {
    let (data, indices) = (TensorValue([1.0, 2, 3, 4, 5, 6], shape: [2, 3]), TensorValue([index], shape: [1, 1]))
    let pair = TensorValue([0, index], shape: [1, 2])
    for example in [
      OpExample(.gather, "", [data, indices], ["axis": .int(1)]),
      OpExample(.gatherElements, "", [data, indices], ["axis": .int(1)]), OpExample(.gatherND, "", [data, pair]),
      OpExample(.scatterElements, "", [data, indices, TensorValue([0.0], shape: [1, 1])], ["axis": .int(1)]),
      OpExample(.scatterND, "", [data, pair, TensorValue([0.0])]),
    ] {
      let error = #expect(throws: GraphError.self) { try example.evaluate() }
      #expect(error?.message.contains("index \(index) is out of range for axis 1 of [2, 3]; expected -3 to 2") == true)
    }
  }
}
