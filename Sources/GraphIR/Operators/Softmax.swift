import Foundation

/// Normalised exponentials along an axis, and the maximum as a one-hot vector.
enum Softmax {
  /// eˣ⁻ᵐ / Σ eˣ⁻ᵐ with the maximum m, so that large values do not overflow.
  static let softmax = alongAxis(.rounded) { numbers in
    let powers = shifted(numbers).map { Foundation.exp($0) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// x - m - log Σ eˣ⁻ᵐ with the maximum m.
  static let logSoftmax = alongAxis(.rounded) { numbers in
    let shifted = shifted(numbers)
    let logarithm = Foundation.log(shifted.reduce(0) { $0 + Foundation.exp($1) })
    return shifted.map { $0 - logarithm }
  }

  /// 1 for the first maximum, 0 for the other elements.
  static let hardmax = alongAxis(
    .exact,
    composition: { composer in
      let x = composer.input(0)
      let shape = try composer.shape(x)
      let axis = composer.attributes.int("axis") ?? -1
      guard let normal = shape.normalized(axis: axis), shape[normal] >= 0 else {
        throw GraphError(.unsupported, "Hardmax: axis \(axis) of \(shape) needs an extent that is known")
      }
      if shape[normal] == 0 { return [try composer.call(.identity, x)] }
      let first = try composer.call(.argMax, x, attributes: ["axis": .int(axis)])
      var along = [Int](repeating: 1, count: shape.rank)
      along[normal] = shape[normal]
      let positions = composer.constant(TensorValue((0..<shape[normal]).map(Int64.init), shape: Shape(along)))
      let isFirst = try composer.call(.equal, first, positions)
      return [try composer.call(.cast, isFirst, attributes: ["to": .int(composer.type(x).dtype.onnxCode)])]
    },
    { numbers in
      let first = Selection.extremum(numbers, last: false) { $0 > $1 }
      return numbers.indices.map { $0 == first ? 1 : 0 }
    })

  private static func shifted(_ numbers: [Double]) -> [Double] {
    let greatest = numbers.reduce(-.infinity) { $1.isNaN || $1 > $0 ? $1 : $0 }
    return numbers.map { $0 - greatest }
  }

  /// Applies `body` to each line along the axis.
  private static func alongAxis(
    _ results: OpTraits.Results,
    composition: (@Sendable (Composer) throws -> [CompositionValue])? = nil,
    _ body: @escaping @Sendable ([Double]) -> [Double]
  ) -> OpDefinition {
    OpDefinition(
      Signature(
        since: 13, [Formal("input", .floating, "T")], to: [Formal("output", .floating, "T")],
        attributes: [.defaulted("axis", .int(-1))]),
      traits: .init(.normalization(.axis), results),
      infer: { context in
        _ = try context.normalize([context.attributes.int("axis") ?? -1], of: context.input(0).shape)
        return [context.input(0)]
      },
      evaluate: { context in
        let x = context.input(0)
        let numbers = x.doubles
        var results = numbers
        AxisLines(x.shape, axis: context.attributes.int("axis") ?? -1)?.forEach { line in
          for (index, result) in zip(line, body(line.map { numbers[$0] })) { results[index] = result }
        }
        return [Elementwise.convert(TensorValue(results, shape: x.shape), to: x.dtype)]
      }, composition: composition)
  }
}
