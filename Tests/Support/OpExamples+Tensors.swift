import GraphIR

/// Matrix products, reductions, normalisation and the optimiser.
extension OpExamples {
  static func gemm(_ data: inout ExampleData) -> [OpExample] {
    let scaled: Attributes = ["alpha": .float(0.5), "beta": .float(-2)]
    return [
      OpExample(.gemm, "plain", [data.signed([2, 3]), data.signed([3, 4])]),
      OpExample(.gemm, "transA", [data.signed([3, 2]), data.signed([3, 4])], ["transA": .int(1)]),
      OpExample(.gemm, "transB", [data.signed([2, 3]), data.signed([4, 3])], ["transB": .int(1)]),
      OpExample(
        .gemm, "both transposed", [data.signed([3, 2]), data.signed([4, 3])], ["transA": .int(1), "transB": .int(1)]),
      OpExample(.gemm, "left out C", [data.signed([2, 3]), data.signed([3, 4]), nil], ["alpha": .float(3)]),
      OpExample(.gemm, "matrix C", [data.signed([2, 3]), data.signed([3, 4]), data.signed([2, 4])], scaled),
      OpExample(.gemm, "row C", [data.signed([2, 3]), data.signed([3, 4]), data.signed([4])]),
      OpExample(
        .gemm, "row C, all attributes", [data.signed([3, 2]), data.signed([4, 3]), data.signed([1, 4])],
        ["alpha": .float(0.5), "beta": .float(-2), "transA": .int(1), "transB": .int(1)]),
      OpExample(.gemm, "column C", [data.signed([2, 3]), data.signed([3, 4]), data.signed([2, 1])], scaled),
      OpExample(.gemm, "scalar C", [data.signed([2, 3]), data.signed([3, 4]), data.signed([])], scaled),
    ]
  }

  static func matMul(_ data: inout ExampleData) -> [OpExample] {
    let shapes: [(label: String, left: Shape, right: Shape)] = [
      ("matrices", [2, 3], [3, 4]), ("vector left", [3], [3, 4]), ("vector right", [2, 3], [3]), ("vectors", [3], [3]),
      ("batches", [2, 2, 3], [2, 3, 2]), ("broadcast batches", [2, 1, 2, 3], [3, 3, 2]),
      ("shared right", [2, 2, 3], [3, 2]),
      ("shared left", [2, 3], [2, 3, 2]), ("batch and vector", [2, 2, 3], [3]), ("vector and batch", [3], [2, 3, 2]),
    ]
    return shapes.map { label, left, right in OpExample(.matMul, label, [data.signed(left), data.signed(right)]) }
  }

  static func reduction(_ op: Op, _ data: inout ExampleData) -> [OpExample] {
    func axes(_ axes: Int...) -> TensorValue { TensorValue(integers: axes) }
    let shape: Shape = [2, 3, 2]
    let examples = [
      OpExample(op, "everything", [data.between(-2, 2, shape)]),
      OpExample(op, "everything, no dimensions", [data.between(-2, 2, shape)], ["keepdims": .int(0)]),
      OpExample(op, "first axis", [data.between(-2, 2, shape), axes(0)]),
      OpExample(op, "last axis, dropped", [data.between(-2, 2, shape), axes(-1)], ["keepdims": .int(0)]),
      OpExample(op, "two axes, dropped", [data.between(-2, 2, shape), axes(2, 0)], ["keepdims": .int(0)]),
      OpExample(op, "empty axes", [data.between(-2, 2, shape), axes()]),
      OpExample(op, "no axes is no reduction", [data.between(-2, 2, shape)], ["noop_with_empty_axes": .int(1)]),
      OpExample(op, "empty axes, no reduction", [data.between(-2, 2, [3]), axes()], ["noop_with_empty_axes": .int(1)]),
      OpExample(op, "scalar", [data.signed([])]),
    ]
    return op == .reduceMean ? examples : examples + [OpExample(op, "int64", [data.integers([2, 3]), axes(1)])]
  }

  static func batchNormalization(_ data: inout ExampleData) -> [OpExample] {
    func arguments(_ shape: Shape) -> [TensorValue] {
      let channels: Shape = [shape[1]]
      return [
        data.signed(shape), data.between(0.5, 2, channels), data.signed(channels), data.signed(channels),
        data.between(0.5, 2, channels),
      ]
    }
    return [
      OpExample(.batchNormalization, "inference, matrix", arguments([4, 3])),
      OpExample(
        .batchNormalization, "inference, images", arguments([2, 3, 2, 2]),
        ["epsilon": .float(0.8), "training_mode": .int(0)]),
      OpExample(
        .batchNormalization, "training, matrix", arguments([4, 3]), ["training_mode": .int(1)], outputCount: 3),
      OpExample(
        .batchNormalization, "training, images", arguments([2, 3, 2, 2]),
        ["training_mode": .int(1), "epsilon": .float(0.8), "momentum": .float(0.25)], outputCount: 3),
    ]
  }

  static func adamStep(_ data: inout ExampleData) -> [OpExample] {
    func arguments(_ step: Int64, _ shape: Shape) -> [TensorValue] {
      [
        TensorValue(scalar: 0.01), TensorValue(scalar: step), data.signed(shape), data.signed(shape),
        data.signed(shape),
        data.between(0.5, 2, shape),
      ]
    }
    return [
      OpExample(.adamStep, "first step", arguments(1, [2, 3]), outputCount: 3, differentiableOutputs: [0, 1, 2]),
      OpExample(
        .adamStep, "all attributes", arguments(1000, [3]),
        ["alpha": .float(0.5), "beta": .float(0.9), "epsilon": .float(1e-3)], outputCount: 3,
        differentiableOutputs: [0, 1, 2]),
    ]
  }
}
