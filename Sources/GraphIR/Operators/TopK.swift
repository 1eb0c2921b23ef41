/// The largest or smallest elements along an axis.
enum TopK {
  /// Elements are always sorted, regardless of `sorted`; equal ones are in order of their indices. NaN counts as the
  /// largest value, as in NumPy and PyTorch.
  static let topK = OpDefinition(
    Signature(
      since: 11, [Formal("X", .numeric, "T"), Formal("K", .integer)],
      to: [Formal("Values", .numeric, "T"), Formal("Indices", .integer)],
      attributes: [.defaulted("axis", .int(-1)), .defaulted("largest", .int(1)), .defaulted("sorted", .int(1))]),
    traits: .init(.other, .exact),
    infer: { context in
      let x = context.input(0)
      let axis = try context.normalize([context.attributes.int("axis") ?? -1], of: x.shape)[0]
      guard let k = try context.integers(1), k.count == 1 else {
        throw context.error(.shape, "input K is \(context.input(1)), expected one value")
      }
      guard x.shape[axis] >= 0 else {
        throw context.error(.unsupported, "axis \(axis) of \(x.shape) is symbolic; expected a known extent")
      }
      guard 0...x.shape[axis] ~= k[0] else {
        throw context.error(
          .shape, "K is \(k[0]), expected 0 to \(x.shape[axis]), the extent of axis \(axis) of \(x.shape)")
      }
      var shape = x.shape
      shape.dimensions[axis] = k[0]
      return [TensorType(x.dtype, shape), TensorType(.int64, shape)]
    },
    evaluate: { context in
      switch context.input(0).dtype {
      case .int64: select(context, Int64.self)
      case .float32: select(context, Float.self)
      default: select(context, Double.self)
      }
    })

  private static func select<Element: TensorElement & Comparable>(
    _ context: EvaluationContext, _: Element.Type
  ) -> [TensorValue] {
    let x = context.input(0)
    let axis = context.attributes.int("axis") ?? -1
    guard let lines = AxisLines(x.shape, axis: axis), let chosen = AxisLines(context.outputs[0].shape, axis: axis)
    else {
      preconditionFailure("the axis was not checked")
    }
    let numbers = x.elements(as: Element.self)
    func isGreater(_ first: Element, _ second: Element) -> Bool {
      first > second || first != first && second == second
    }
    let largest = context.attributes.flag("largest")
    var orders: [[Int]] = []
    lines.forEach { line in
      // The sort is stable: equal elements stay in order of their indices.
      orders.append(
        line.indices.sorted {
          let (first, second) = (numbers[line[$0]], numbers[line[$1]])
          return largest ? isGreater(first, second) : isGreater(second, first)
        })
    }
    let values = TensorValue(uninitialized: context.outputs[0])
    let indices = TensorValue(uninitialized: context.outputs[1])
    values.withMutableElements(of: Element.self) { values in
      indices.withMutableElements(of: Int64.self) { indices in
        var lineNumber = 0
        chosen.forEach { line in
          let first = lineNumber / lines.inner * lines.extent * lines.inner + lineNumber % lines.inner
          for (target, position) in zip(line, orders[lineNumber]) {
            values[target] = numbers[first + position * lines.inner]
            indices[target] = Int64(position)
          }
          lineNumber += 1
        }
      }
    }
    return [values, indices]
  }
}
