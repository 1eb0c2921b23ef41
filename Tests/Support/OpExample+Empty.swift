import GraphIR

extension OpExample {
  /// The call with 0 for one extent at some of its positions, in all ways that the operator's rules allow: for each
  /// value among the extents and among the integers that shape inference reads.
  ///
  /// - Parameter limit: the largest number of examples.
  public func emptied(limit: Int = 40) -> [OpExample] {
    var places: [Int: [Place]] = [:]
    for (input, value) in inputs.enumerated() {
      guard let value else { continue }
      for axis in value.shape.indices { places[value.shape[axis], default: []].append(.extent(input, axis)) }
      guard value.dtype == .int64, value.shape.rank == 1 else { continue }
      for (index, number) in value.integers.enumerated() { places[number, default: []].append(.number(input, index)) }
    }
    var examples: [OpExample] = []
    for (number, places) in places.sorted(by: { $0.key < $1.key }) where number != 0 {
      for chosen in Self.choices(of: places) where examples.count < limit {
        var example = self
        for place in chosen { example.empty(place) }
        guard !examples.contains(where: { $0.inputs == example.inputs }), let types = try? example.outputTypes(),
          (example.inputs.compactMap { $0?.type } + types).contains(where: { $0.shape.elementCount == 0 })
        else { continue }
        examples.append(example)
      }
    }
    return examples
  }

  private enum Place {
    case extent(_ input: Int, _ axis: Int)
    case number(_ input: Int, _ index: Int)
  }

  /// All positions, and up to three selections of some.
  private static func choices(of places: [Place]) -> [[Place]] {
    var choices = [places]
    for (first, place) in places.enumerated() {
      choices.append([place])
      for (second, other) in places.enumerated().dropFirst(first + 1) {
        choices.append([place, other])
        for third in places.dropFirst(second + 1) { choices.append([place, other, third]) }
      }
    }
    return choices
  }

  private mutating func empty(_ place: Place) {
    switch place {
    case .extent(let input, let axis):
      guard let value = inputs[input] else { return }
      var shape = value.shape
      shape.dimensions[axis] = 0
      inputs[input] = TensorValue(uninitialized: TensorType(value.dtype, shape))
    case .number(let input, let index):
      guard var numbers = inputs[input]?.integers, numbers.indices.contains(index) else { return }
      numbers[index] = 0
      inputs[input] = TensorValue(integers: numbers)
    }
  }
}
