import GraphIR

/// Operators that rearrange blocks, cut triangles, and create tensors of a given pattern.
extension OpExamples {
  static func depthToSpace(_ data: inout ExampleData) -> [OpExample] {
    func mode(_ mode: String) -> Attributes { ["blocksize": .int(2), "mode": .string(mode)] }
    return [
      OpExample(.depthToSpace, "default mode", [data.signed([1, 4, 1, 2])], ["blocksize": .int(2)]),
      OpExample(.depthToSpace, "DCR", [data.signed([1, 8, 1, 1])], mode("DCR")),
      OpExample(.depthToSpace, "CRD", [data.signed([1, 8, 1, 1])], mode("CRD")),
      OpExample(.depthToSpace, "CRD of wide images", [data.signed([1, 4, 1, 3])], mode("CRD")),
      OpExample(.depthToSpace, "bool", [data.booleans([2, 4, 1, 1])], mode("DCR")),
    ]
  }

  static func spaceToDepth(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.spaceToDepth, "square", [data.signed([1, 2, 2, 2])], ["blocksize": .int(2)]),
      OpExample(.spaceToDepth, "wide", [data.signed([1, 1, 2, 4])], ["blocksize": .int(2)]),
      OpExample(.spaceToDepth, "blocks of one", [data.signed([1, 2, 1, 2])], ["blocksize": .int(1)]),
      OpExample(.spaceToDepth, "int64", [data.integers([1, 1, 3, 3])], ["blocksize": .int(3)]),
    ]
  }

  static func trilu(_ data: inout ExampleData) -> [OpExample] {
    func k(_ number: Int64) -> TensorValue { TensorValue(scalar: number) }
    return [
      OpExample(.trilu, "upper", [data.signed([3, 3])]),
      OpExample(.trilu, "lower", [data.signed([3, 2])], ["upper": .int(0)]),
      OpExample(.trilu, "above the diagonal", [data.signed([2, 3]), k(1)], ["upper": .int(1)]),
      OpExample(.trilu, "batch, up to below the diagonal", [data.signed([2, 2, 2]), k(-1)], ["upper": .int(0)]),
      OpExample(.trilu, "all", [data.integers([2, 2]), k(.min)]),
      OpExample(.trilu, "none", [data.booleans([2, 2]), k(.max)]),
    ]
  }

  static func eyeLike(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.eyeLike, "like numbers", [data.signed([2, 2])]),
      OpExample(.eyeLike, "square", [data.integers([3, 3])]),
      OpExample(.eyeLike, "above the diagonal", [data.booleans([2, 3])], ["k": .int(1), "dtype": .int(11)]),
      OpExample(.eyeLike, "nothing", [data.integers([2, 2])], ["k": .int(.min), "dtype": .int(9)]),
    ]
  }

  static func oneHot(_ data: inout ExampleData) -> [OpExample] {
    func depth(_ number: Int64) -> TensorValue { TensorValue(scalar: number) }
    let classes = TensorValue([Int64(1), -1, 0, 5])
    return [
      OpExample(.oneHot, "last axis", [classes, depth(3), data.signed([2])]),
      OpExample(.oneHot, "first axis", [classes, depth(2), data.signed([2])], ["axis": .int(0)]),
      OpExample(.oneHot, "one index", [TensorValue([Int64(1)]), depth(3), data.signed([2])]),
      OpExample(
        .oneHot, "middle, int64", [TensorValue([Int64(1), 0], shape: [1, 2]), depth(2), data.integers([2])],
        ["axis": .int(-2)]),
    ]
  }

  static func constant() -> [OpExample] {
    [
      OpExample(.constant, "tensor", [], ["value": .tensor(TensorValue([1.5, -2], shape: [2, 1]))]),
      OpExample(.constant, "number", [], ["value_float": .float(0.5)]),
      OpExample(.constant, "numbers", [], ["value_floats": .floats([0.5, -1])]),
      OpExample(.constant, "integer", [], ["value_int": .int(-3)]),
      OpExample(.constant, "integers", [], ["value_ints": .ints([2, 3])]),
    ]
  }

  static func constantOfShape() -> [OpExample] {
    [
      OpExample(.constantOfShape, "zeros", [TensorValue(integers: [2, 3])]),
      OpExample(
        .constantOfShape, "a number", [TensorValue(integers: [2])], ["value": .tensor(TensorValue([Int64(7)]))]),
      OpExample(.constantOfShape, "a scalar", [TensorValue(integers: [])], ["value": .tensor(TensorValue([true]))]),
    ]
  }

  static func range() -> [OpExample] {
    func call(_ label: String, _ start: Double, _ limit: Double, _ delta: Double) -> OpExample {
      OpExample(.range, label, [start, limit, delta].map { TensorValue(scalar: Float($0)) })
    }
    func integers(_ label: String, _ start: Int64, _ limit: Int64, _ delta: Int64) -> OpExample {
      OpExample(.range, label, [start, limit, delta].map { TensorValue(scalar: $0) })
    }
    return [
      call("float32", 0.5, 2.1, 0.25), call("downwards", 1.0, -1.0, -0.5), call("none", 1.0, 0.0, 0.5),
      integers("int64", 2, 11, 3), integers("int64 downwards", 3, -4, -2),
    ]
  }
}
