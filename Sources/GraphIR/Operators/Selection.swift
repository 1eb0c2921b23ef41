/// Indices of extreme elements along an axis. NaN counts as greater and as smaller than any number, as in NumPy.
enum Selection {
  static let argMax = position({ $0 > $1 }, { $0 > $1 })
  static let argMin = position({ $0 < $1 }, { $0 < $1 })

  private static func position(
    _ realPrecedes: @escaping @Sendable (Double, Double) -> Bool,
    _ integerPrecedes: @escaping @Sendable (Int64, Int64) -> Bool
  ) -> OpDefinition {
    OpDefinition(
      Signature(
        since: 13, [Formal("data", .numeric, "T")], to: [Formal("reduced", .integer)],
        attributes: [
          .defaulted("axis", .int(0)), .defaulted("keepdims", .int(1)), .defaulted("select_last_index", .int(0)),
        ]),
      traits: .init(.reduction, .exact),
      infer: { context in
        let shape = context.input(0).shape
        let axis = try context.normalize([context.attributes.int("axis") ?? 0], of: shape)[0]
        guard shape[axis] != 0 else { throw context.error(.shape, "axis \(axis) of \(shape) has no elements") }
        let kept = context.attributes.flag("keepdims")
        return [TensorType(.int64, Reduction.reducedShape(shape, [axis], kept))]
      },
      evaluate: { context in
        let data = context.input(0)
        let last = context.attributes.flag("select_last_index")
        var positions: [Int64] = []
        func choose(_ body: ([Int]) -> Int) {
          AxisLines(data.shape, axis: context.attributes.int("axis") ?? 0)?.forEach {
            positions.append(Int64(body($0)))
          }
        }
        if data.dtype == .int64 {
          let numbers = data.elements(as: Int64.self)
          choose { extremum($0.map { numbers[$0] }, last: last, precedes: integerPrecedes) }
        } else {
          let numbers = data.doubles
          choose { extremum($0.map { numbers[$0] }, last: last, precedes: realPrecedes) }
        }
        return [TensorValue(positions, shape: context.outputs[0].shape)]
      })
  }

  /// Returns the index of the first or last extreme value; NaN is more extreme than any number.
  static func extremum<Number: Equatable>(
    _ numbers: [Number], last: Bool, precedes: (Number, Number) -> Bool
  ) -> Int {
    var best = 0
    for index in numbers.indices.dropFirst() {
      let (number, greatest) = (numbers[index], numbers[best])
      let (isNaN, wasNaN) = (number != number, greatest != greatest)
      let isEqual = number == greatest || isNaN && wasNaN
      if isEqual ? last : isNaN || !wasNaN && precedes(number, greatest) { best = index }
    }
    return best
  }
}
