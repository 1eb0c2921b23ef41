import GraphIR

/// Operators that read or write elements at indices.
extension OpExamples {
  private static func indices(_ numbers: [Int64], _ shape: Shape) -> TensorValue { TensorValue(numbers, shape: shape) }

  static func gather(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.gather, "rows", [data.signed([3, 2]), indices([2, 0, 2], [3])]),
      OpExample(.gather, "columns, negative", [data.signed([2, 3]), indices([-1, 0], [2])], ["axis": .int(-1)]),
      OpExample(
        .gather, "matrix of indices", [data.signed([3, 2]), indices([0, 1, 1, -3], [2, 2])], ["axis": .int(0)]),
      OpExample(
        .gather, "middle, matrix of indices", [data.signed([2, 3, 2]), indices([2, 1], [1, 2])], ["axis": .int(1)]),
      OpExample(.gather, "scalar index", [data.signed([2, 3]), indices([1], [])], ["axis": .int(1)]),
      OpExample(.gather, "bool", [data.booleans([4]), indices([3, 3, 1], [3])]),
    ]
  }

  static func gatherElements(_ data: inout ExampleData) -> [OpExample] {
    let rows = indices([0, 1, -1, 0, 2, 0], [3, 2])
    return [
      OpExample(.gatherElements, "rows", [data.signed([3, 2]), rows]),
      OpExample(
        .gatherElements, "columns", [data.signed([2, 3]), indices([-1, 0, 1, 1], [2, 2])], ["axis": .int(-1)]),
      OpExample(
        .gatherElements, "fewer than there are", [data.signed([3, 2, 2]), indices([1, 0, 0, 1], [2, 2, 1])],
        ["axis": .int(1)]),
      OpExample(.gatherElements, "int64", [data.integers([4]), indices([3, 3, 1], [3])], ["axis": .int(0)]),
    ]
  }

  static func gatherND(_ data: inout ExampleData) -> [OpExample] {
    let batch: Attributes = ["batch_dims": .int(1)]
    return [
      OpExample(.gatherND, "elements", [data.signed([2, 3]), indices([0, 2, 1, -1, 0, 2], [3, 2])]),
      OpExample(.gatherND, "rows", [data.signed([3, 2]), indices([2, 0], [2, 1])], ["batch_dims": .int(0)]),
      OpExample(.gatherND, "one vector", [data.signed([2, 3]), indices([-1, 1], [2])]),
      OpExample(.gatherND, "batch of rows", [data.signed([2, 3, 2]), indices([1, -1], [2, 1])], batch),
      OpExample(.gatherND, "batch of elements", [data.signed([2, 3]), indices([0, 0, 2, 1], [2, 2, 1])], batch),
      OpExample(
        .gatherND, "two batch axes", [data.signed([2, 1, 3]), indices([2, -3], [2, 1, 1])], ["batch_dims": .int(2)]),
      OpExample(.gatherND, "bool", [data.booleans([2, 2]), indices([1, 0], [1, 2])]),
    ]
  }

  static func scatterElements(_ data: inout ExampleData) -> [OpExample] {
    func reduced(_ reduction: String, axis: Int = 0) -> Attributes {
      ["reduction": .string(reduction), "axis": .int(axis)]
    }
    func pair(_ data: inout ExampleData, _ shape: Shape, _ indices: TensorValue) -> [TensorValue] {
      let values = data.distinct(shape, indices.shape)
      return [values[0], indices, values[1]]
    }
    let twice = indices([0, 2, 0, -1], [2, 2])
    let zeros = TensorValue([0, 0, 1.5, 0, 2, 0, 0, -0.5], shape: [2, 4])
    return [
      OpExample(.scatterElements, "rows", pair(&data, [3, 2], indices([2, 0, 1, 1], [2, 2]))),
      OpExample(
        .scatterElements, "columns", pair(&data, [2, 3], indices([-1, 0], [2, 1])), reduced("none", axis: -1)),
      OpExample(.scatterElements, "add", pair(&data, [3, 2], twice), reduced("add")),
      OpExample(
        .scatterElements, "add, middle", pair(&data, [2, 2, 1], indices([1, 1, 1], [1, 3, 1])),
        reduced("add", axis: 1)),
      OpExample(
        .scatterElements, "mul", [data.signed([3, 2]), twice, data.signed([2, 2])], reduced("mul")),
      OpExample(
        .scatterElements, "mul with zeros",
        [data.signed([2, 3]), indices([1, -2, 1, -2, 0, 1, -3, 1], [2, 4]), zeros], reduced("mul", axis: 1)),
      OpExample(.scatterElements, "max", pair(&data, [3, 2], twice), reduced("max")),
      OpExample(
        .scatterElements, "min", pair(&data, [2, 3], indices([0, 0, 1, 1], [2, 2])), reduced("min", axis: 1)),
      OpExample(
        .scatterElements, "int64", [data.integers([3]), indices([1, 1], [2]), data.integers([2])], reduced("add")),
    ]
  }

  static func scatterND(_ data: inout ExampleData) -> [OpExample] {
    func reduced(_ reduction: String) -> Attributes { ["reduction": .string(reduction)] }
    func call(
      _ label: String, _ data: inout ExampleData, _ shape: Shape, _ indices: TensorValue, _ updates: Shape,
      _ attributes: Attributes = [:]
    ) -> OpExample {
      let values = data.distinct(shape, updates)
      return OpExample(.scatterND, label, [values[0], indices, values[1]], attributes)
    }
    let twice = indices([1, -1, 0], [3, 1])
    return [
      call("elements", &data, [2, 3], indices([0, 2, 1, -1], [2, 2]), [2]),
      call("rows", &data, [3, 2], indices([2, 0], [2, 1]), [2, 2], reduced("none")),
      call("one vector", &data, [2, 3], indices([1], [1]), [3]),
      call("add", &data, [2, 2], twice, [3, 2], reduced("add")),
      OpExample(.scatterND, "mul", [data.signed([2, 2]), twice, data.signed([3, 2])], reduced("mul")),
      OpExample(
        .scatterND, "mul with zeros",
        [data.signed([2, 2]), indices([1, 0, -1, -2, 0, 1, 1, 0], [4, 2]), TensorValue([0, 0, 2.0, 0])],
        reduced("mul")),
      OpExample(
        .scatterND, "mul of one vector", [data.signed([2, 3]), indices([1], [1]), TensorValue([0, 0.5, 2])],
        reduced("mul")),
      call("max", &data, [2, 2], twice, [3, 2], reduced("max")),
      call("min", &data, [2, 2], twice, [3, 2], reduced("min")),
      OpExample(
        .scatterND, "bool", [data.booleans([4]), indices([1, -1], [2, 1]), data.booleans([2])], reduced("max")),
    ]
  }

  /// Values that determine a shape are constants, and keep their type.
  static func nonZero(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.nonZero, "float32", [TensorValue([Float(0), 1, -0.0, 0.5, .nan, 0], shape: [2, 3])]),
      OpExample(.nonZero, "int64", [data.integers([12])]),
      OpExample(.nonZero, "bool", [data.booleans([2, 3, 2])]),
      OpExample(.nonZero, "none", [TensorValue([false, false])]),
    ]
  }
}
