import GraphIR
import TestSupport
import Testing

/// Any content of a file is refused with an error, never with a trap.
@Suite("Sizes beyond any machine")
struct HostileSizeTests {
  static let extremes = [Int.min, Int.min + 1, -1 << 62, -1 << 41, 1 << 41, 1 << 62, .max - 1, .max]

  private func infer(_ op: Op, _ inputs: [TensorValue?], _ attributes: Attributes = [:]) throws -> [TensorType] {
    try OpExample(op, "", inputs, attributes).outputTypes()
  }

  private func inferTypes(_ op: Op, _ inputs: [TensorType], _ attributes: Attributes = [:]) throws -> [TensorType] {
    let context = InferenceContext(
      op, node: "n", inputs: inputs, constants: inputs.map { _ in nil }, attributes: attributes)
    return try op.definition.infer(context)
  }

  private let data = TensorValue([1.0, 2, 3, 4, 5, 6], shape: [2, 3])

  @Test("Reshape, Expand and Pad refuse extreme extents", arguments: extremes)
  func movement(extent: Int) {
    for shape in [[extent], [extent, extent], [extent, -1], [extent, 0], [2, extent, 4]] {
      #expect(throws: GraphError.self, "\(shape)") { try infer(.reshape, [data, TensorValue(integers: shape)]) }
      #expect(throws: GraphError.self, "\(shape)") { try infer(.expand, [data, TensorValue(integers: shape)]) }
    }
    for pads in [
      [extent, 0, 0, 0], [0, extent, 0, extent], [extent, 0, -extent.advanced(by: extent == .min ? 1 : 0), 0],
    ] {
      #expect(throws: GraphError.self, "\(pads)") { try infer(.pad, [data, TensorValue(integers: pads)]) }
    }
    #expect(throws: GraphError.self) {
      try infer(.randomUniform, [], ["seed": .float(1), "shape": .ints([extent, extent])])
    }
  }

  @Test("extreme axes are out of range", arguments: extremes)
  func axes(axis: Int) {
    let axes = TensorValue(integers: [axis])
    #expect(throws: GraphError.self) { try infer(.concat, [data, data], ["axis": .int(axis)]) }
    #expect(throws: GraphError.self) { try infer(.reduceSum, [data, axes]) }
    #expect(throws: GraphError.self) { try infer(.transpose, [data], ["perm": .ints([axis, 0])]) }
    #expect(throws: GraphError.self) { try infer(.slice, [data, axes, axes, axes]) }
    #expect(throws: GraphError.self) { try infer(.cast, [data], ["to": .int(axis)]) }
  }

  @Test("Slice takes any bounds and steps", arguments: extremes, extremes)
  func slice(start: Int, step: Int) throws {
    let example = OpExample(
      .slice, "",
      [
        data, TensorValue(integers: [start, -1]),
        TensorValue(integers: [-start.advanced(by: start == .min ? 1 : 0), 9]), nil,
        TensorValue(integers: [step, step]),
      ])
    let rows = step > 0 ? (start < 0 ? [0] : []) : (start > 0 ? [1] : [])
    let columns = step > 0 ? [2] : []
    let values = try example.evaluate()
    #expect(values[0].shape == [rows.count, columns.count])
    #expect(values[0].doubles == rows.flatMap { row in columns.map { Double(3 * row + $0 + 1) } })
  }

  @Test("results of more than 2^40 bytes are refused, and those of 2^40 bytes are not")
  func limit() throws {
    let half: Shape = [1 << 18, 1 << 18]
    #expect(try inferTypes(.exp, [TensorType(.float32, [1 << 19, 1 << 19])])[0].shape == [1 << 19, 1 << 19])
    #expect(
      try inferTypes(.matMul, [TensorType(.float32, [1 << 19, 1]), TensorType(.float32, [1, 1 << 19])]).count == 1)
    let refused: [(Op, [TensorType], Attributes)] = [
      (.exp, [TensorType(.float64, [1 << 19, 1 << 19])], [:]),
      (.add, [TensorType(.float32, [1 << 20, 1]), TensorType(.float32, [1, 1 << 20])], [:]),
      (.matMul, [TensorType(.float64, [1 << 19, 1]), TensorType(.float64, [1, 1 << 19])], [:]),
      (.gemm, [TensorType(.float64, [1, 1 << 19]), TensorType(.float64, [1, 1 << 19])], ["transA": .int(1)]),
      (
        .concat, [TensorType(.float64, half), TensorType(.float64, half), TensorType(.float64, half)], ["axis": .int(0)]
      ),
      (.concat, [TensorType(.bool, [.max]), TensorType(.bool, [.max])], ["axis": .int(0)]),
      (.exp, [TensorType(.float32, [0, .max, .max])], [:]), (.reduceSum, [TensorType(.float32, [.max, .max, 0])], [:]),
    ]
    for (op, inputs, attributes) in refused {
      let error = #expect(throws: GraphError.self, "\(op) of \(inputs)") { try inferTypes(op, inputs, attributes) }
      #expect(error?.code == .shape)
      #expect(error?.description.contains("2^40 bytes") == true, "\(error?.description ?? "")")
      #expect(error?.description.contains("node 'n' (\(op.rawValue))") == true)
    }
  }

  @Test("the limit and the symbols apply to a graph's own values", arguments: extremes)
  func declarations(extent: Int) {
    var graph = Graph(name: "g")
    graph.symbols = ["batch"]
    graph.inputs = [.init(name: "x", type: TensorType(.float32, [extent]))]
    graph.outputs = graph.inputs
    let error = #expect(throws: GraphError.self) { try graph.verify() }
    #expect(error?.code == .shape)
    #expect(error?.description.contains("'x'") == true)
    #expect(graph.describe(graph.inputs[0].type) == "float32[\(extent < 0 ? "?\(extent.magnitude)" : "\(extent)")]")
  }
}
