import GraphIR
import TestSupport
import Testing

/// Shape inference for windows that files can contain.
@Suite("Sliding windows")
struct SlidingWindowTests {
  private func infer(_ op: Op, _ shapes: [Shape], _ attributes: Attributes = [:]) throws -> [Shape] {
    let types = shapes.map { TensorType(.float32, $0) }
    let context = InferenceContext(
      op, node: "n", inputs: types, constants: types.map { _ in nil }, attributes: attributes)
    return try op.definition.infer(context).map(\.shape)
  }

  private func expectError(
    _ code: GraphError.Code, _ parts: String..., of op: Op, _ shapes: [Shape], _ attributes: Attributes = [:]
  ) {
    let error = #expect(throws: GraphError.self, "\(op) \(shapes) \(attributes.sorted)") {
      try infer(op, shapes, attributes)
    }
    guard let error else { return }
    #expect(error.code == code, "\(error)")
    for part in ["node 'n' (\(op.rawValue))"] + parts {
      #expect(error.description.contains(part), "\(error) lacks \(part)")
    }
  }

  @Test("no size, stride, dilation or padding traps", arguments: HostileSizeTests.extremes)
  func hostile(number: Int) {
    for name in ["strides", "dilations", "pads", "kernel_shape", "group", "output_padding", "output_shape"] {
      for (op, shapes) in [
        (.conv, [[1, 2, 4], [2, 2, 3]]), (.convTranspose, [[1, 2, 4], [2, 2, 3]]),
        (.convWeightGrad, [[1, 2, 4], [1, 2, 2]]), (.maxPool, [[1, 2, 4]]), (.averagePool, [[1, 2, 4]]),
      ] as [(Op, [Shape])] {
        guard op.definition.signature.attributes.contains(where: { $0.name == name }) else { continue }
        var attributes: Attributes = op == .conv || op == .convTranspose ? [:] : ["kernel_shape": .ints([3])]
        for numbers in [[number], [number, 0], [number, number]] {
          attributes[name] = name == "group" ? .int(number) : .ints(numbers)
          #expect(throws: GraphError.self, "\(op) \(name) \(numbers)") { try infer(op, shapes, attributes) }
        }
      }
    }
    for shapes in [[[1, 2, number], [2, 2, 3]], [[1, number, 4], [2, number, 3]], [[1, 2, 4], [2, 2, number]]]
      as [[Shape]]
    {
      for op in [Op.conv, .convTranspose, .convWeightGrad] {
        let attributes: Attributes = ["strides": .ints([2]), "pads": .ints([1 << 30, 1 << 30])]
        _ = try? infer(op, shapes, op == .convWeightGrad ? ["kernel_shape": .ints([3])] : attributes)
      }
    }
  }

  @Test("the largest accepted values do not overflow")
  func largest() throws {
    let largest = 1 << 30
    let most: Attributes = [
      "strides": .ints([largest]), "dilations": .ints([largest]), "pads": .ints([largest, largest]),
    ]
    #expect(try infer(.conv, [[1, 1, largest], [1, 1, 3]], most) == [[1, 1, 1]])
    expectError(.shape, "beyond 2^40", of: .convTranspose, [[1, 1, 1 << 38], [1, 1, 3]], most)
    var pool = most
    pool["kernel_shape"] = .ints([largest])
    #expect(try infer(.maxPool, [[1, 1, largest]], ["kernel_shape": .ints([largest])]) == [[1, 1, 1]])
    expectError(.shape, "spans", of: .averagePool, [[1, 1, 9]], pool)
  }

  @Test("a symbolic batch passes through; a symbolic extent does if the window keeps it")
  func symbolic() throws {
    #expect(try infer(.conv, [[-1, 2, 5, 5], [4, 2, 3, 3]]) == [[-1, 4, 3, 3]])
    #expect(try infer(.convTranspose, [[-1, 4, 3, 3], [4, 2, 3, 3]]) == [[-1, 2, 5, 5]])
    #expect(try infer(.convWeightGrad, [[-1, 2, 5], [-1, 4, 3]], ["kernel_shape": .ints([3])]) == [[4, 2, 3]])
    #expect(try infer(.maxPool, [[-1, 2, 4, 4]], ["kernel_shape": .ints([2, 2])]) == [[-1, 2, 3, 3]])
    #expect(try infer(.globalMaxPool, [[-1, -2, -3]]) == [[-1, -2, 1]])
    for same in [["pads": .ints([1, 1])], ["auto_pad": .string("SAME_LOWER")]] as [Attributes] {
      #expect(try infer(.conv, [[-1, 2, -2], [4, 2, 3]], same) == [[-1, 4, -2]])
      #expect(try infer(.convTranspose, [[-1, 4, -2], [4, 2, 3]], same) == [[-1, 2, -2]])
    }
    expectError(.shape, "axis 2", "symbolic", of: .conv, [[-1, 2, -2], [4, 2, 3]])
    expectError(.shape, "axis 2", "symbolic", of: .convTranspose, [[-1, 4, -2], [4, 2, 3]], ["strides": .ints([2])])
    expectError(.shape, of: .conv, [[-1, -2, 5], [4, 2, 3]])
  }

  @Test("errors have the expected and the found value")
  func errors() {
    expectError(.shape, "[1, 3, 5]", "2 channels", of: .conv, [[1, 3, 5], [4, 2, 3]])
    expectError(.shape, "[4, 2, 3, 3]", of: .conv, [[1, 2, 5], [4, 2, 3, 3]])
    expectError(.shape, "spans 5", of: .conv, [[1, 1, 2], [1, 1, 3]], ["dilations": .ints([2])])
    expectError(.shape, "B is [3]", "[4]", of: .conv, [[1, 2, 5], [4, 2, 3], [3]])
    expectError(.attribute, "kernel_shape is [2]", of: .conv, [[1, 2, 5], [4, 2, 3]], ["kernel_shape": .ints([2])])
    expectError(.attribute, "group is 3", of: .conv, [[1, 2, 5], [4, 2, 3]], ["group": .int(3)])
    expectError(.attribute, "'MIDDLE'", of: .conv, [[1, 2, 5], [4, 2, 3]], ["auto_pad": .string("MIDDLE")])
    expectError(
      .attribute, "pads [1, 1]", "VALID", of: .conv, [[1, 2, 5], [4, 2, 3]],
      ["auto_pad": .string("VALID"), "pads": .ints([1, 1])])
    expectError(.shape, "leaves nothing", of: .convTranspose, [[1, 1, 1], [1, 1, 2]], ["pads": .ints([1, 1])])
    expectError(
      .attribute, "4 elements", "stride 2", of: .convTranspose, [[1, 1, 4], [1, 1, 3]],
      ["strides": .ints([2]), "output_shape": .ints([13])])
    expectError(.shape, "[3]", of: .convWeightGrad, [[1, 1, 5], [1, 1, 4]], ["kernel_shape": .ints([3])])
    expectError(
      .attribute, "padding alone", of: .maxPool, [[1, 1, 5]], ["kernel_shape": .ints([2]), "pads": .ints([2, 0])])
    expectError(
      .attribute, "padding alone", of: .averagePool, [[1, 1, 1]],
      ["kernel_shape": .ints([2]), "dilations": .ints([2]), "pads": .ints([1, 1])])
    expectError(
      .attribute, "storage_order is 2", of: .maxPool, [[1, 1, 5]],
      ["kernel_shape": .ints([2]), "storage_order": .int(2)])
    expectError(.shape, "[2, 3]", of: .globalAveragePool, [[2, 3]])
  }
}
