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

  static func alongAxis(_ op: Op, _ data: inout ExampleData) -> [OpExample] {
    switch op {
    case .cumSum:
      return [
        OpExample(op, "vector", [data.signed([4]), TensorValue(scalar: Int64(0))]),
        OpExample(op, "last axis", [data.signed([2, 3]), integers(-1)]),
        OpExample(op, "exclusive", [data.signed([3, 2]), integers(0)], ["exclusive": .int(1)]),
        OpExample(op, "reverse", [data.signed([2, 3, 2]), integers(1)], ["reverse": .int(1)]),
        OpExample(
          op, "exclusive, reverse", [data.signed([2, 3]), TensorValue(scalar: Int64(-1))],
          ["exclusive": .int(1), "reverse": .int(1)]),
        OpExample(op, "int64", [data.integers([5]), integers(0)]),
      ]
    case .argMax, .argMin:
      let last: Attributes = ["axis": .int(1), "select_last_index": .int(1)]
      return [
        OpExample(op, "first axis", [data.signed([3, 2])]),
        OpExample(op, "last axis, dropped", [data.signed([2, 3])], ["axis": .int(-1), "keepdims": .int(0)]),
        OpExample(op, "ties, first", [TensorValue([1.0, 2, 1, 2], shape: [1, 4])], ["axis": .int(1)]),
        OpExample(op, "ties, last", [TensorValue([1.0, 2, 1, 2], shape: [1, 4])], last),
        OpExample(op, "int64", [data.integers([2, 3, 2])], ["axis": .int(1)]),
      ]
    default:
      let examples = [
        OpExample(op, "vector", [data.signed([4])]), OpExample(op, "last axis", [data.signed([2, 3])]),
        OpExample(op, "first axis", [data.signed([3, 2])], ["axis": .int(0)]),
        OpExample(op, "middle axis", [data.signed([2, 3, 2])], ["axis": .int(-2)]),
        OpExample(op, "one class", [data.signed([3, 1])], ["axis": .int(1)]),
      ]
      if op == .hardmax { return examples }
      return examples + [OpExample(op, "large numbers", [TensorValue([1000.5, 1001, 999.2])])]
    }
  }
}
