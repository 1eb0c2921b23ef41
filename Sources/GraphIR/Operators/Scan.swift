/// Cumulative sums.
enum Scan {
  static let cumSum = OpDefinition(
    Signature(
      since: 14, [Formal("x", .numeric, "T"), Formal("axis", .integer)], to: [Formal("y", .numeric, "T")],
      attributes: [.defaulted("exclusive", .int(0)), .defaulted("reverse", .int(0))]),
    traits: .init(.other, .rounded),
    infer: { context in
      guard let axis = context.constants[1] else {
        throw context.error(.unsupported, "input axis is not known before the graph runs; expected a constant")
      }
      guard ([[], [1]] as [Shape]).contains(axis.shape) else {
        throw context.error(.shape, "input axis is \(axis.type), expected a scalar")
      }
      _ = try context.normalize(axis.integers, of: context.input(0).shape)
      return [context.input(0)]
    },
    evaluate: { context in
      let x = context.input(0)
      guard let lines = AxisLines(x.shape, axis: context.input(1).integers[0]) else {
        preconditionFailure("the axis was not checked")
      }
      let (exclusive, reverse) = (context.attributes.flag("exclusive"), context.attributes.flag("reverse"))
      func totals<Number: AdditiveArithmetic>(_ numbers: [Number], _ add: (Number, Number) -> Number) -> [Number] {
        var totals = numbers
        lines.forEach { line in
          var total = Number.zero
          for index in reverse ? line.reversed() : line {
            let next = add(total, numbers[index])
            totals[index] = exclusive ? total : next
            total = next
          }
        }
        return totals
      }
      if x.dtype == .int64 { return [TensorValue(totals(x.elements(as: Int64.self), &+), shape: x.shape)] }
      return [Elementwise.convert(TensorValue(totals(x.doubles, +), shape: x.shape), to: x.dtype)]
    })
}
