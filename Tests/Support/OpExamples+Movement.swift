import GraphIR

/// Operators that move elements.
extension OpExamples {
  private static func integers(_ numbers: Int...) -> TensorValue { TensorValue(integers: numbers) }

  static func reshape(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.reshape, "flat", [data.signed([2, 3]), integers(6)]),
      OpExample(.reshape, "what remains", [data.signed([2, 3, 2]), integers(3, -1)]),
      OpExample(.reshape, "copied and what remains", [data.signed([2, 3, 2]), integers(0, -1)]),
      OpExample(.reshape, "to a scalar", [data.signed([1, 1]), integers()]),
      OpExample(.reshape, "from a scalar", [data.signed([]), integers(1, 1)]),
      OpExample(.reshape, "allowzero", [data.signed([2, 3]), integers(3, 2)], ["allowzero": .int(1)]),
      OpExample(.reshape, "int64", [data.integers([4]), integers(2, 2)]),
    ]
  }

  static func transpose(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.transpose, "matrix", [data.signed([2, 3])]),
      OpExample(.transpose, "reversed", [data.signed([2, 3, 4])]),
      OpExample(.transpose, "rotated", [data.signed([2, 3, 4])], ["perm": .ints([2, 0, 1])]),
      OpExample(.transpose, "channels last", [data.signed([2, 3, 2, 2])], ["perm": .ints([0, 2, 3, 1])]),
      OpExample(.transpose, "scalar", [data.signed([])]), OpExample(.transpose, "bool", [data.booleans([2, 3])]),
    ]
  }

  static func expand(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.expand, "row", [data.signed([3]), integers(2, 3)]),
      OpExample(.expand, "column", [data.signed([2, 1]), integers(2, 3)]),
      OpExample(.expand, "scalar", [data.signed([]), integers(2, 2)]),
      OpExample(.expand, "both ways", [data.signed([2, 1, 3]), integers(2, 1)]),
      OpExample(.expand, "nothing to do", [data.signed([2, 3]), integers(1)]),
      OpExample(.expand, "int64", [data.integers([2, 1]), integers(2, 2)]),
    ]
  }

  static func concat(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.concat, "rows", [data.signed([2, 3]), data.signed([1, 3])], ["axis": .int(0)]),
      OpExample(.concat, "columns", [data.signed([2, 1]), data.signed([2, 3])], ["axis": .int(-1)]),
      OpExample(
        .concat, "middle, three inputs", [data.signed([2, 1, 2]), data.signed([2, 2, 2]), data.signed([2, 1, 2])],
        ["axis": .int(1)]),
      OpExample(.concat, "one input", [data.signed([2, 3])], ["axis": .int(1)]),
      OpExample(.concat, "bool", [data.booleans([2]), data.booleans([3])], ["axis": .int(0)]),
    ]
  }

  static func slice(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.slice, "rows", [data.signed([4, 3]), integers(1), integers(3)]),
      OpExample(.slice, "both axes", [data.signed([4, 3]), integers(1, 0), integers(4, 2)]),
      OpExample(.slice, "columns", [data.signed([4, 3]), integers(1), integers(.max), integers(-1)]),
      OpExample(.slice, "from the back", [data.signed([4, 3]), integers(-3), integers(-1), integers(0)]),
      OpExample(.slice, "every second", [data.signed([5, 2]), integers(0), integers(5), integers(0), integers(2)]),
      OpExample(
        .slice, "reversed",
        [data.signed([4, 3]), integers(.max, -1), integers(.min, -4), integers(0, 1), integers(-1, -2)]),
      OpExample(.slice, "axes left out", [data.signed([5]), integers(3), integers(0), nil, integers(-2)]),
      OpExample(.slice, "int64", [data.integers([5]), integers(1), integers(3)]),
    ]
  }

  static func pad(_ data: inout ExampleData) -> [OpExample] {
    let constant: Attributes = ["mode": .string("constant")]
    return [
      OpExample(.pad, "zeros", [data.signed([2, 3]), integers(1, 0, 0, 2)]),
      OpExample(.pad, "constant", [data.signed([2, 3]), integers(1, 1, 1, 1), TensorValue(scalar: 1.5)], constant),
      OpExample(
        .pad, "one axis", [data.signed([2, 3]), integers(2, 1), TensorValue(scalar: -1.5), integers(-1)]),
      OpExample(.pad, "value left out", [data.signed([2, 3]), integers(1, 2), nil, integers(0)]),
      OpExample(.pad, "cropped", [data.signed([4, 3]), integers(-1, 1, -2, 0)]),
      OpExample(.pad, "reflected", [data.signed([3, 2]), integers(2, 1, 1, 1)], ["mode": .string("reflect")]),
      OpExample(.pad, "edges", [data.signed([2, 2]), integers(2, 0, 1, 1)], ["mode": .string("edge")]),
      OpExample(
        .pad, "wrapped and cut", [data.signed([4]), integers(-1, 2)], ["mode": .string("wrap")]),
      OpExample(
        .pad, "one axis reflected", [data.signed([2, 3]), integers(2, 1), nil, integers(-1)],
        ["mode": .string("reflect")]),
      OpExample(.pad, "int64", [data.integers([2]), integers(1, 1), TensorValue(scalar: Int64(9))]),
    ]
  }
}
