import GraphIR

/// Convolution, its transpose and the gradient of its weights, in one and two dimensions.
extension OpExamples {
  static func conv(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.conv, "one dimension", [data.signed([2, 2, 4]), data.signed([2, 2, 2])]),
      OpExample(.conv, "bias", [data.signed([1, 1, 5]), data.signed([2, 1, 3]), data.signed([2])]),
      OpExample(
        .conv, "stride that leaves a rest, asymmetric pads", [data.signed([1, 2, 6]), data.signed([1, 2, 3])],
        ["strides": .ints([3]), "pads": .ints([0, 1])]),
      OpExample(
        .conv, "two dimensions, all attributes", [data.signed([1, 2, 4, 3]), data.signed([2, 1, 2, 2]), nil],
        [
          "strides": .ints([2, 1]), "pads": .ints([1, 0, 0, 2]), "dilations": .ints([1, 2]), "group": .int(2),
          "kernel_shape": .ints([2, 2]), "auto_pad": .string("NOTSET"),
        ]),
      OpExample(
        .conv, "same, odd element at the end", [data.signed([1, 1, 4, 3]), data.signed([1, 1, 3, 2])],
        ["auto_pad": .string("SAME_UPPER"), "strides": .ints([2, 1])]),
      OpExample(
        .conv, "same, odd element first", [data.signed([1, 1, 5]), data.signed([1, 1, 2])],
        ["auto_pad": .string("SAME_LOWER")]),
      OpExample(
        .conv, "valid", [data.signed([1, 1, 5]), data.signed([1, 1, 2])],
        ["auto_pad": .string("VALID"), "dilations": .ints([3])]),
    ]
  }

  static func convTranspose(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.convTranspose, "one dimension", [data.signed([2, 2, 2]), data.signed([2, 2, 2])]),
      OpExample(
        .convTranspose, "bias, stride and pads", [data.signed([1, 1, 3]), data.signed([1, 2, 3]), data.signed([2])],
        ["strides": .ints([2]), "pads": .ints([1, 0])]),
      OpExample(
        .convTranspose, "two dimensions, all attributes",
        [data.signed([1, 2, 2, 3]), data.signed([2, 1, 2, 2]), nil],
        [
          "strides": .ints([2, 1]), "pads": .ints([1, 0, 0, 1]), "dilations": .ints([1, 2]), "group": .int(2),
          "kernel_shape": .ints([2, 2]), "output_padding": .ints([1, 0]), "auto_pad": .string("NOTSET"),
        ]),
      OpExample(
        .convTranspose, "room at the end for all but a stride", [data.signed([1, 1, 3]), data.signed([1, 1, 2])],
        ["strides": .ints([2]), "dilations": .ints([4]), "output_padding": .ints([1])]),
      OpExample(
        .convTranspose, "output shape", [data.signed([1, 1, 3]), data.signed([1, 1, 3])],
        ["strides": .ints([2]), "output_shape": .ints([6])]),
      OpExample(
        .convTranspose, "output shape beyond the full extent", [data.signed([1, 1, 3]), data.signed([1, 1, 1])],
        ["strides": .ints([3]), "output_shape": .ints([9])]),
      OpExample(
        .convTranspose, "same", [data.signed([1, 1, 2, 2]), data.signed([1, 1, 3, 3])],
        ["strides": .ints([2, 1]), "auto_pad": .string("SAME_UPPER")]),
      OpExample(
        .convTranspose, "same, odd element first", [data.signed([1, 1, 3]), data.signed([1, 1, 2])],
        ["auto_pad": .string("SAME_LOWER")]),
    ]
  }

  static func convWeightGrad(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(
        .convWeightGrad, "one dimension", [data.signed([2, 2, 4]), data.signed([2, 1, 3])], ["kernel_shape": .ints([2])]
      ),
      OpExample(
        .convWeightGrad, "stride that leaves a rest", [data.signed([1, 1, 7]), data.signed([1, 2, 2])],
        ["kernel_shape": .ints([3]), "strides": .ints([3])]),
      OpExample(
        .convWeightGrad, "two dimensions, all attributes", [data.signed([2, 2, 4, 3]), data.signed([2, 2, 2, 3])],
        [
          "kernel_shape": .ints([2, 2]), "strides": .ints([2, 1]), "pads": .ints([1, 0, 0, 2]),
          "dilations": .ints([1, 2]), "group": .int(2),
        ]),
    ]
  }
}
