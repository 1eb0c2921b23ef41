import GraphIR

/// Reductions other than sums, and selections along an axis.
extension OpExamples {
  private static func integers(_ numbers: Int...) -> TensorValue { TensorValue(integers: numbers) }

  static func functionReduction(_ op: Op, _ data: inout ExampleData) -> [OpExample] {
    switch op {
    case .reduceLogSum:
      [
        OpExample(op, "everything", [data.between(0.5, 2, [2, 3])]),
        OpExample(op, "last axis, dropped", [data.between(0.5, 2, [2, 3]), integers(-1)], ["keepdims": .int(0)]),
        OpExample(op, "outer axes", [data.between(0.5, 2, [2, 3, 2]), integers(2, 0)]),
        OpExample(op, "no axes is no reduction", [data.between(0.5, 2, [4])], ["noop_with_empty_axes": .int(1)]),
        OpExample(op, "int64", [TensorValue([Int64(3), 4, 90, 7], shape: [2, 2]), integers(1)]),
      ]
    case .reduceProd:
      reduction(op, &data) + [
        OpExample(op, "one zero", [TensorValue([1.5, 0, -0.7, 2, 1.2])]),
        OpExample(op, "two zeros", [TensorValue([0, 1.5, 0, 2, -1, 0.5], shape: [2, 3]), integers(1)]),
        OpExample(op, "nothing but zeros", [TensorValue([0.0, 0, 0])], ["keepdims": .int(0)]),
      ]
    case .reduceLogSumExp:
      reduction(op, &data) + [
        OpExample(op, "large numbers", [TensorValue([1000.5, 1001, 999.2])]),
        OpExample(op, "masked", [TensorValue([-.infinity, 0.5, 1.5, -0.2], shape: [2, 2]), integers(1)]),
      ]
    case .reduceL1, .reduceL2:
      // Without reduction both are |x|, which has a kink at 0.
      reduction(op, &data).filter { $0.label != "empty axes, no reduction" } + [
        OpExample(op, "empty axes, no reduction", [data.signed([3]), integers()], ["noop_with_empty_axes": .int(1)])
      ]
    case .reduceMin:
      reduction(op, &data) + [OpExample(op, "bool", [data.booleans([2, 3]), integers(1)])]
    default: reduction(op, &data)
    }
  }
}
