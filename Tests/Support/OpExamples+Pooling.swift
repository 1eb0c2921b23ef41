import GraphIR

/// Pooling in one and two dimensions. No two elements are equal: the maximum is unique.
extension OpExamples {
  private static let windows: [(label: String, shape: Shape, attributes: Attributes)] = [
    ("one dimension", [1, 2, 5], ["kernel_shape": .ints([2])]),
    ("overlapping", [1, 1, 4, 3], ["kernel_shape": .ints([3, 2])]),
    (
      "stride and pads", [1, 2, 3, 2],
      ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 1]), "pads": .ints([1, 0, 0, 1])]
    ),
    (
      "dilation", [1, 1, 7], ["kernel_shape": .ints([3]), "dilations": .ints([2]), "pads": .ints([1, 2])]
    ),
    (
      "ceil", [1, 1, 6],
      ["kernel_shape": .ints([3]), "strides": .ints([2]), "ceil_mode": .int(1), "pads": .ints([1, 1])]
    ),
    (
      "same, odd element at the end", [1, 1, 5],
      ["kernel_shape": .ints([2]), "auto_pad": .string("SAME_UPPER")]
    ),
    (
      "same, odd element first", [2, 1, 4],
      ["kernel_shape": .ints([3]), "strides": .ints([2]), "auto_pad": .string("SAME_LOWER")]
    ),
    ("valid", [1, 1, 3, 4], ["kernel_shape": .ints([1, 3]), "auto_pad": .string("VALID")]),
  ]

  static func maxPool(_ data: inout ExampleData) -> [OpExample] {
    let examples = windows.map { OpExample(.maxPool, $0.label, [data.between(-2, 2, $0.shape)], $0.attributes) }
    return examples + [
      OpExample(
        .maxPool, "indices", [data.between(-2, 2, [2, 1, 2, 3])], ["kernel_shape": .ints([2, 2])], outputCount: 2),
      OpExample(
        .maxPool, "column-major indices", [data.between(-2, 2, [1, 2, 3, 2])],
        ["kernel_shape": .ints([2, 1]), "storage_order": .int(1)], outputCount: 2),
    ]
  }

  static func averagePool(_ data: inout ExampleData) -> [OpExample] {
    windows.flatMap { label, shape, attributes in
      var including = attributes
      including["count_include_pad"] = .int(1)
      return [
        OpExample(.averagePool, label, [data.signed(shape)], attributes),
        OpExample(.averagePool, "\(label), padding counts", [data.signed(shape)], including),
      ]
    }
  }

  static func globalPool(_ op: Op, _ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(op, "one dimension", [data.between(-2, 2, [2, 2, 3])]),
      OpExample(op, "two dimensions", [data.between(-2, 2, [1, 2, 2, 3])]),
      OpExample(op, "one element", [data.between(-2, 2, [2, 1, 1, 1])]),
    ]
  }
}
