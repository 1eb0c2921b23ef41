/// Range: values from a start up to an exclusive limit in equal steps.
///
/// Its inputs determine the number of values, so they must be known before the graph runs. It has no derivative:
/// PyTorch's `arange` takes plain numbers, too.
enum Ranges {
  static let range = OpDefinition(
    Signature(
      since: 11,
      [
        Formal("start", .numeric, "T", isKnown: true), Formal("limit", .numeric, "T", isKnown: true),
        Formal("delta", .numeric, "T", isKnown: true),
      ], to: [Formal("output", .numeric, "T")]),
    traits: .init(.other, .exact),
    infer: { context in
      // From 0 to an extent in steps of 1: positions along a symbolic axis.
      if context.constants[0]?.doubles == [0], context.constants[2]?.doubles == [1], context.constants[1] == nil,
        context.partlyKnown.count > 1, let extent = context.partlyKnown[1]?.first?.extent
      {
        return [TensorType(context.input(0).dtype, [extent])]
      }
      let bounds = try (0..<3).map { index in
        let name = context.op.definition.signature.inputs[index].name
        guard context.input(index).shape.rank == 0 else {
          throw context.error(.shape, "input \(name) is \(context.input(index)), expected a scalar")
        }
        guard let value = context.constants[index] else {
          throw context.error(.unsupported, "input \(name) is not known before the graph runs; expected a constant")
        }
        return value
      }
      let dtype = context.input(0).dtype
      guard
        let count = dtype == .int64 ? integerCount(bounds.map { $0.integers[0] }) : count(bounds.map { $0.doubles[0] })
      else {
        let numbers = bounds.map { "\($0.doubles[0])" }
        throw context.error(
          .shape, "from \(numbers[0]) to \(numbers[1]) in steps of \(numbers[2]): expected a finite number of steps")
      }
      return [TensorType(dtype, [count])]
    },
    evaluate: { context in
      let type = context.outputs[0]
      if type.dtype == .int64 {
        let (start, delta) = (context.input(0).integers[0], context.input(2).integers[0])
        // The sums are in range, even if a product is not.
        return [TensorValue(integers: (0..<type.shape[0]).map { start &+ $0 &* delta })]
      }
      let (start, delta) = (context.input(0).doubles[0], context.input(2).doubles[0])
      let numbers = (0..<type.shape[0]).map { start + Double($0) * delta }
      return [Elementwise.convert(TensorValue(numbers), to: type.dtype)]
    })

  /// Returns the number of values; nil if it is infinite.
  private static func count(_ bounds: [Double]) -> Int? {
    let steps = ((bounds[1] - bounds[0]) / bounds[2]).rounded(.up)
    guard bounds[2] != 0, steps < Double(TensorType.byteLimit) else { return nil }
    return Int(max(steps, 0))
  }

  private static func integerCount(_ bounds: [Int]) -> Int? {
    let (start, limit, delta) = (bounds[0], bounds[1], bounds[2])
    guard delta != 0 else { return nil }
    guard delta > 0 ? start < limit : start > limit else { return 0 }
    // The distance between any two integers fits the unsigned type.
    let distance = UInt(bitPattern: delta > 0 ? limit &- start : start &- limit)
    let (steps, rest) = distance.quotientAndRemainder(dividingBy: delta.magnitude)
    let count = rest == 0 ? steps : steps + 1
    return count < UInt(TensorType.byteLimit) ? Int(count) : nil
  }
}
