import GraphIR

/// Normalisations of each sample on its own.
extension OpExamples {
  static func layerNormalization(_ data: inout ExampleData) -> [OpExample] {
    let outputs = "all outputs"
    return [
      OpExample(.layerNormalization, "defaults", [data.signed([2, 3]), data.signed([3]), data.signed([3])]),
      OpExample(.layerNormalization, "no bias", [data.signed([2, 3]), data.signed([3])], ["stash_type": .int(1)]),
      OpExample(.layerNormalization, "vector", [data.signed([4]), data.signed([4]), nil]),
      OpExample(
        .layerNormalization, "two axes", [data.signed([2, 2, 3]), data.signed([2, 3]), data.signed([2, 3])],
        ["axis": .int(1), "epsilon": .float(0.5)]),
      OpExample(
        .layerNormalization, "everything", [data.signed([2, 3]), data.signed([2, 3]), data.signed([2, 3])],
        ["axis": .int(0)]),
      OpExample(
        .layerNormalization, "parameters that broadcast",
        [data.signed([2, 3]), data.signed([2, 1]), data.signed([])],
        ["axis": .int(-1)]),
      // Mean and InvStdDev are float32, too coarse for finite differences.
      OpExample(
        .layerNormalization, outputs, [data.signed([2, 3]), data.signed([3]), data.signed([3])], outputCount: 3,
        differentiableOutputs: [0, 1, 2]),
      OpExample(
        .layerNormalization, "first two outputs, first axis", [data.signed([2, 3]), data.signed([2, 3])],
        ["axis": .int(0)], outputCount: 2, differentiableOutputs: [0, 1]),
    ]
  }

  static func rmsNormalization(_ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(.rmsNormalization, "defaults", [data.signed([2, 3]), data.signed([3])]),
      OpExample(.rmsNormalization, "vector", [data.signed([4]), data.signed([])]),
      OpExample(
        .rmsNormalization, "two axes", [data.signed([2, 2, 3]), data.signed([2, 3])],
        ["axis": .int(-2), "epsilon": .float(0.5)]),
      OpExample(
        .rmsNormalization, "statistics in double", [data.signed([2, 3]), data.signed([2, 1])],
        ["axis": .int(0), "stash_type": .int(11)]),
    ]
  }

  static func groupNormalization(_ data: inout ExampleData) -> [OpExample] {
    func arguments(_ shape: Shape) -> [TensorValue] {
      [data.signed(shape), data.signed([shape[1]]), data.signed([shape[1]])]
    }
    return [
      OpExample(.groupNormalization, "two groups", arguments([2, 4, 1]), ["num_groups": .int(2)]),
      OpExample(.groupNormalization, "matrix", arguments([2, 4]), ["num_groups": .int(2), "epsilon": .float(0.5)]),
      OpExample(.groupNormalization, "one group", arguments([1, 3, 2, 2]), ["num_groups": .int(1)]),
      OpExample(
        .groupNormalization, "a group for each channel", arguments([1, 3, 3]),
        ["num_groups": .int(3), "stash_type": .int(11)]),
    ]
  }

  static func instanceNormalization(_ data: inout ExampleData) -> [OpExample] {
    func arguments(_ shape: Shape) -> [TensorValue] {
      [data.signed(shape), data.signed([shape[1]]), data.signed([shape[1]])]
    }
    return [
      OpExample(.instanceNormalization, "signals", arguments([2, 2, 3])),
      OpExample(.instanceNormalization, "images", arguments([1, 2, 2, 3]), ["epsilon": .float(0.5)]),
      OpExample(.instanceNormalization, "volumes", arguments([1, 2, 2, 1, 3])),
    ]
  }
}
