import GraphIR

extension OpExamples {
  static func topK(_ data: inout ExampleData) -> [OpExample] {
    func example(
      _ label: String, _ x: TensorValue, _ k: Int, _ attributes: Attributes = [:]
    ) -> OpExample {
      OpExample(.topK, label, [x, TensorValue(integers: [k])], attributes, outputCount: 2)
    }
    return [
      example("vector", data.between(-2, 2, [5]), 3),
      example("first axis", data.between(-2, 2, [4, 2]), 2, ["axis": .int(0)]),
      example("smallest along the middle", data.between(-2, 2, [2, 3, 2]), 2, ["axis": .int(-2), "largest": .int(0)]),
      example("unsorted", data.between(-2, 2, [2, 4]), 1, ["sorted": .int(0)]),
      example("everything", data.between(-2, 2, [2, 3]), 3),
      example("nothing", data.between(-2, 2, [2, 3]), 0),
      example("int64, ties", data.integers([2, 6]), 4, ["axis": .int(1)]),
    ]
  }
}
