import GraphIR

/// Trigonometric functions, rounding, remainders, bounds and classification.
extension OpExamples {
  /// A function whose derivatives exist strictly between two bounds.
  static func function(_ op: Op, from low: Double, to high: Double, _ data: inout ExampleData) -> [OpExample] {
    [
      OpExample(op, "scalar", [data.between(low, high, [])]),
      OpExample(op, "matrix", [data.between(low, high, [2, 3])]),
      OpExample(op, "rank 4", [data.between(low, high, [2, 1, 2, 2])]),
    ]
  }

  static func rounding(_ op: Op) -> [OpExample] {
    [
      OpExample(op, "vector", [TensorValue([-2.75, -1.25, -0.6, 0.3, 0.7, 3.25])]),
      OpExample(op, "scalar", [TensorValue(scalar: 1.8)]),
    ]
  }

  static func classification(_ op: Op) -> [OpExample] {
    let x = TensorValue([0, 1.5, .infinity, -.infinity, .nan, -.nan], shape: [2, 3])
    let examples = [OpExample(op, "matrix", [x]), OpExample(op, "scalar", [TensorValue(scalar: Double.infinity)])]
    guard op == .isInf else { return examples }
    return examples + [
      OpExample(op, "positive", [x], ["detect_negative": .int(0)]),
      OpExample(op, "negative", [x], ["detect_positive": .int(0)]),
      OpExample(op, "neither", [x], ["detect_positive": .int(0), "detect_negative": .int(0)]),
    ]
  }

  static func mod(_ data: inout ExampleData) -> [OpExample] {
    let (x, divisors) = (TensorValue([-7.3, -2.2, 0.4, 2.6, 5.1, 9.7], shape: [2, 3]), TensorValue([1.7, -2.4, 3.3]))
    let integers = TensorValue([Int64(-7), 7, -7, 7, -6, 6, 0, 5])
    let signs = TensorValue([Int64(3), 3, -3, -3, 3, -3, 2, 9])
    return [
      OpExample(.mod, "row", [x, divisors], ["fmod": .int(1)]),
      OpExample(.mod, "scalar", [x, TensorValue(scalar: -2.3)], ["fmod": .int(1)]),
      OpExample(.mod, "column and row", [TensorValue([5.2, -8.4], shape: [2, 1]), divisors], ["fmod": .int(1)]),
      OpExample(.mod, "int64", [integers, signs]),
      OpExample(.mod, "int64, as C has it", [integers, signs], ["fmod": .int(1)]),
    ]
  }

  static func clip(_ data: inout ExampleData) -> [OpExample] {
    func scalar(_ number: Double) -> TensorValue { TensorValue(scalar: number) }
    return [
      OpExample(.clip, "both bounds", [data.between(-2, 2, [2, 3]), scalar(-0.8), scalar(0.9)]),
      OpExample(.clip, "lower bound", [data.between(-2, 2, [2, 3]), scalar(-0.8)]),
      OpExample(.clip, "upper bound", [data.between(-2, 2, [2, 3]), nil, scalar(0.9)]),
      OpExample(.clip, "no bound", [data.between(-2, 2, [4])]),
      OpExample(.clip, "bounds left out", [data.between(-2, 2, [4]), nil, nil]),
      OpExample(.clip, "max below min", [data.between(-2, 2, [5]), scalar(0.9), scalar(-0.8)]),
      OpExample(
        .clip, "int64", [data.integers([2, 4]), TensorValue(scalar: Int64(-2)), TensorValue(scalar: Int64(3))]),
    ]
  }
}
