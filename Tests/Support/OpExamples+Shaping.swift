import GraphIR

/// Operators that reshape, split or repeat elements, or return their number.
extension OpExamples {
  private static func integers(_ numbers: Int...) -> TensorValue { TensorValue(integers: numbers) }

  static func squeeze(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.squeeze, "every axis of extent 1", [data.signed([1, 2, 1, 3])]),
      OpExample(.squeeze, "some axes", [data.signed([1, 2, 1, 3]), integers(-2)]),
      OpExample(.squeeze, "to a scalar", [data.signed([1, 1]), integers(1, 0)]),
      OpExample(.squeeze, "bool", [data.booleans([3, 1]), integers(1)]),
    ]
  }

  static func unsqueeze(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.unsqueeze, "middle", [data.signed([2, 3]), integers(1)]),
      OpExample(.unsqueeze, "both ends", [data.signed([2, 3]), integers(-1, 0)]),
      OpExample(.unsqueeze, "scalar", [data.signed([]), integers(0)]),
      OpExample(.unsqueeze, "int64", [data.integers([2]), integers(1)]),
    ]
  }

  static func flatten(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.flatten, "default axis", [data.signed([2, 3, 2])]),
      OpExample(.flatten, "axis 0", [data.signed([2, 3])], ["axis": .int(0)]),
      OpExample(.flatten, "behind the last axis", [data.signed([2, 3])], ["axis": .int(2)]),
      OpExample(.flatten, "negative axis", [data.signed([2, 1, 3])], ["axis": .int(-1)]),
      OpExample(.flatten, "bool", [data.booleans([2, 2, 1])]),
    ]
  }

  static func split(_ data: inout ExampleData) -> [OpExample] {
    func call(_ label: String, _ inputs: [TensorValue?], _ attributes: Attributes, _ count: Int) -> OpExample {
      OpExample(.split, label, inputs, attributes, outputCount: count, differentiableOutputs: Array(0..<count))
    }
    return [
      call("halves", [data.signed([4, 2])], ["num_outputs": .int(2)], 2),
      call("the last one smaller", [data.signed([2, 5])], ["num_outputs": .int(3), "axis": .int(-1)], 3),
      call("sizes", [data.signed([2, 4, 1]), integers(1, 0, 3)], ["axis": .int(1)], 3),
      call("one part", [data.signed([3]), integers(3)], ["axis": .int(0)], 1),
      call("bool", [data.booleans([3]), integers(1, 2)], [:], 2),
    ]
  }

  static func tile(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.tile, "vector", [data.signed([3]), integers(2)]),
      OpExample(.tile, "both axes", [data.signed([2, 1]), integers(2, 3)]),
      OpExample(.tile, "one axis", [data.signed([2, 3]), integers(1, 2)]),
      OpExample(.tile, "nothing to do", [data.signed([2, 2]), integers(1, 1)]),
      OpExample(.tile, "int64", [data.integers([2]), integers(3)]),
    ]
  }

  static func shape(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.shape, "all", [data.signed([2, 3, 1])]), OpExample(.shape, "scalar", [data.signed([])]),
      OpExample(.shape, "part", [data.signed([2, 3, 1])], ["start": .int(-2), "end": .int(2)]),
      OpExample(.shape, "beyond", [data.booleans([2])], ["start": .int(-9), "end": .int(9)]),
    ]
  }

  static func size(_ data: inout ExampleData) -> [OpExample] {
    [OpExample(.size, "matrix", [data.signed([2, 3])]), OpExample(.size, "scalar", [data.integers([])])]
  }
}
