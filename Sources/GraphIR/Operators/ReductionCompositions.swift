/// Reductions in terms of pairwise sums and products.
extension Reduction {
  static func square(_ composer: Composer) throws -> CompositionValue {
    try composer.call(.mul, composer.input(0), composer.input(0))
  }

  /// Returns the sum over the axes of the node.
  static func total(_ composer: Composer, of value: CompositionValue) throws -> CompositionValue {
    try composer.call(.reduceSum, value, composer.optional(1), attributes: composer.attributes.set)
  }

  /// Applies `function`. Integers are converted to float64, and the result is truncated to integers.
  static func real(
    _ composer: Composer, _ value: CompositionValue, _ function: (CompositionValue) throws -> CompositionValue
  ) throws -> CompositionValue {
    func cast(_ value: CompositionValue, to type: DataType) throws -> CompositionValue {
      try composer.call(.cast, value, attributes: ["to": .int(type.onnxCode)])
    }
    guard try composer.type(value).dtype == .int64 else { return try function(value) }
    return try cast(function(cast(value, to: .float64)), to: .int64)
  }

  /// Returns √x with the derivative 0 at 0, at every order: there, the unused root is that of 1.
  static func root(_ composer: Composer, _ value: CompositionValue) throws -> CompositionValue {
    let zero = try composer.constant(0, like: value)
    let isZero = try composer.call(.equal, value, zero)
    let positive = try composer.call(.where, isZero, composer.constant(1, like: value), value)
    return try composer.call(.where, isZero, zero, composer.call(.sqrt, positive))
  }

  /// Composes a product as a tree of products of halves. Without a division, derivatives are exact at factors of 0.
  static func product(_ composer: Composer) throws -> [CompositionValue] {
    let data = composer.input(0)
    let shape = try composer.shape(data)
    let given = composer.optional(1).flatMap { composer.constant($0) }?.integers
    let axes = reducedAxes(given, composer.attributes, rank: shape.rank) {
      $0.compactMap { shape.normalized(axis: $0) }
    }
    guard axes.allSatisfy({ shape[$0] >= 0 }) else {
      throw GraphError(
        .unsupported,
        "\(composer.op.rawValue): a product over axes \(axes.sorted()) of \(shape) needs to know their extents")
    }
    // The product of no elements is 1: their sum plus 1.
    if axes.contains(where: { shape[$0] == 0 }) {
      let zeros = try total(composer, of: data)
      return [try composer.call(.add, zeros, composer.constant(1, like: zeros))]
    }
    let product = try axes.sorted().reduce(data) { try halved(composer, $0, axis: $1, extent: shape[$1]) }
    return [try composer.reshape(product, to: reducedShape(shape, axes, composer.attributes.flag("keepdims")))]
  }

  private static func halved(
    _ composer: Composer, _ factors: CompositionValue, axis: Int, extent: Int
  ) throws -> CompositionValue {
    guard extent > 1 else { return factors }
    let half = extent / 2
    func slice(_ start: Int, _ end: Int) throws -> CompositionValue {
      try composer.slice(factors, axis: axis, from: start, to: end)
    }
    var products = try composer.call(.mul, slice(0, half), slice(half, 2 * half))
    if extent > 2 * half {
      let last = try slice(2 * half, extent)
      products = try composer.call(.concat, products, last, attributes: ["axis": .int(axis)])
    }
    return try halved(composer, products, axis: axis, extent: extent - half)
  }
}
