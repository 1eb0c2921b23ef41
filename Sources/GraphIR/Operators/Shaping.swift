/// Operators that reshape, split or repeat a tensor, or output its shape.
enum Shaping {
  static let squeeze = OpDefinition(
    Signature(
      since: 21, [Formal("data", .any, "T"), Formal("axes", .integer, nil, .optional)],
      to: [Formal("squeezed", .any, "T")]),
    traits: .init(.view, .exact),
    infer: { context in
      let data = context.input(0)
      let named = try context.integers(1)
      let axes = try named.map { Set(try context.normalize($0, of: data.shape)) }
      if let axis = axes?.first(where: { data.shape[$0] != 1 }) {
        throw context.error(.shape, "axis \(axis) of \(data.shape) can't be squeezed: its extent is not 1")
      }
      let kept = data.shape.indices.filter { axis in axes.map { !$0.contains(axis) } ?? (data.shape[axis] != 1) }
      return [TensorType(data.dtype, Shape(kept.map { data.shape[$0] }))]
    },
    evaluate: { [$0.input(0).reshaped(to: $0.outputs[0].shape)] })

  static let unsqueeze = OpDefinition(
    Signature(since: 21, [Formal("data", .any, "T"), Formal("axes", .integer)], to: [Formal("expanded", .any, "T")]),
    traits: .init(.view, .exact),
    infer: { context in
      let data = context.input(0)
      let named = try context.integers(1) ?? []
      let result = Shape([Int](repeating: 1, count: data.shape.rank + named.count))
      let axes = Set(try context.normalize(named, of: result))
      var extents = data.shape.dimensions[...]
      return [TensorType(data.dtype, Shape(result.indices.map { axes.contains($0) ? 1 : extents.removeFirst() }))]
    },
    evaluate: { [$0.input(0).reshaped(to: $0.outputs[0].shape)] })

  static let flatten = OpDefinition(
    Signature(
      since: 21, [Formal("input", .any, "T")], to: [Formal("output", .any, "T")],
      attributes: [.defaulted("axis", .int(1))]),
    traits: .init(.view, .exact),
    infer: { context in
      let input = context.input(0)
      let (axis, rank) = (context.attributes.int("axis") ?? 1, input.shape.rank)
      guard axis >= -rank, axis <= rank else {
        throw context.error(.attribute, "axis is \(axis), expected \(-rank) to \(rank) for \(input.shape)")
      }
      let start = axis < 0 ? axis + rank : axis
      guard let rows = merged(input.shape.prefix(start)), let columns = merged(input.shape.dropFirst(start)) else {
        throw context.error(.shape, "\(input.shape) can't be flattened at axis \(axis) while its extents are symbolic")
      }
      return [TensorType(input.dtype, [rows, columns])]
    },
    evaluate: { [$0.input(0).reshaped(to: $0.outputs[0].shape)] })

  /// Returns the extent of several merged axes; nil if it can't be expressed.
  private static func merged(_ extents: some Sequence<Int>) -> Int? { Extent.count(of: extents)?.extent }

  static let split = OpDefinition(
    Signature(
      since: 18, [Formal("input", .any, "T"), Formal("split", .integer, nil, .optional)],
      to: [Formal("outputs", .any, "T", .variadic)],
      attributes: [.defaulted("axis", .int(0)), .optional("num_outputs", .int)]),
    traits: .init(.movement, .exact),
    infer: { context in
      let input = context.input(0)
      let axis = try context.axis(of: input.shape)
      return try splitSizes(context, axis).map { size in
        var shape = input.shape
        shape.dimensions[axis] = size
        return TensorType(input.dtype, shape)
      }
    },
    evaluate: { context in
      let input = context.input(0)
      let axis = context.axis(of: input.shape)
      let (outer, width) = (input.shape.prefix(axis).reduce(1, *), input.shape.dropFirst(axis).reduce(1, *))
      var start = 0
      return context.outputs.map { type in
        let result = TensorValue(uninitialized: type)
        let length = type.shape.dropFirst(axis).reduce(1, *)
        for row in 0..<outer {
          result.copy(length, of: input, from: row * width + start, to: row * length)
        }
        start += length
        return result
      }
    },
    composition: { composer in
      let input = composer.input(0)
      let shape = try composer.shape(input)
      let axis = shape.normalized(axis: composer.attributes.int("axis") ?? 0) ?? 0
      let sizes =
        composer.optional(1).flatMap(composer.constant)?.integers
        ?? equalSizes(of: shape[axis], count: composer.outputCount)
      var start = 0
      return try sizes.map { size in
        defer { start += size }
        return try composer.call(
          .slice, input, composer.integers([start]), composer.integers([start + size]), composer.integers([axis]))
      }
    })

  private static func splitSizes(_ context: InferenceContext, _ axis: Int) throws -> [Int] {
    let (shape, count) = (context.input(0).shape, context.outputCount)
    guard shape[axis] >= 0 else {
      throw context.error(.shape, "axis \(axis) of \(shape) is symbolic, expected an extent")
    }
    if let sizes = try context.integers(1) {
      let isWhole = sizes.allSatisfy { $0 >= 0 && $0 <= shape[axis] } && sizes.reduce(0, &+) == shape[axis]
      guard context.attributes.int("num_outputs") == nil, sizes.count == count, isWhole else {
        throw context.error(
          .shape,
          "split is \(sizes), expected \(count) sizes that add up to \(shape[axis]), and no num_outputs beside it")
      }
      return sizes
    }
    let sizes = equalSizes(of: shape[axis], count: count)
    guard context.attributes.int("num_outputs") == count, sizes.allSatisfy({ $0 >= 0 }) else {
      throw context.error(
        .attribute,
        "axis \(axis) of \(shape) can't be split into \(count) outputs with num_outputs "
          + (context.attributes.int("num_outputs").map(String.init) ?? "and split left out"))
    }
    return sizes
  }

  /// Returns equal sizes of parts. The last is smaller if necessary, and negative if the extent is too small.
  private static func equalSizes(of extent: Int, count: Int) -> [Int] {
    let size = (extent + count - 1) / count
    return [Int](repeating: size, count: count - 1) + [extent - size * (count - 1)]
  }

  static let tile = OpDefinition(
    Signature(since: 13, [Formal("input", .any, "T"), Formal("repeats", .integer)], to: [Formal("output", .any, "T")]),
    traits: .init(.movement, .exact),
    infer: { context in
      let input = context.input(0)
      let repeats = try context.terms(1) ?? []
      guard repeats.count == input.shape.rank, repeats.allSatisfy({ $0.extent != nil }) else {
        throw context.error(
          .shape, "repeats are \(repeats.text), expected a count of at least 0 for each axis of \(input.shape)")
      }
      let extents = try zip(input.shape, repeats).map { extent, count in
        guard let product = Extent.product(.init(extent: extent), count)?.extent else {
          throw context.error(.shape, "\(input.shape) can't be repeated \(repeats.text) times")
        }
        return product
      }
      return [TensorType(input.dtype, Shape(extents))]
    },
    evaluate: { context in
      let (input, type) = (context.input(0), context.outputs[0])
      let result = TensorValue(uninitialized: type)
      let own = input.shape.strides
      forEachIndex(of: type.shape, type.shape.strides, type.shape.strides) { index, _, _ in
        var (rest, source) = (index, 0)
        for axis in type.shape.indices.reversed() {
          source += rest % type.shape[axis] % input.shape[axis] * own[axis]
          rest /= type.shape[axis]
        }
        result.copy(of: input, from: source, to: index)
      }
      return [result]
    },
    composition: { composer in
      let input = composer.input(0)
      let shape = try composer.shape(input)
      guard let repeats = composer.constant(composer.input(1))?.integers else {
        throw GraphError(.unsupported, "Tile: repeats are not known before the graph runs, expected a constant")
      }
      // [a, b] is viewed as [1, a, 1, b] and repeated to [r, a, s, b].
      let apart = try composer.reshape(input, to: Shape(shape.flatMap { [1, $0] }))
      let counts = composer.integers(repeats.flatMap { [$0, 1] })
      let result = Shape(zip(shape, repeats).map { $1 == 1 ? $0 : $0 * $1 })
      return [try composer.reshape(composer.call(.expand, apart, counts), to: result)]
    })

  static let shape = OpDefinition(
    Signature(
      since: 21, [Formal("data", .any)], to: [Formal("shape", .integer)],
      attributes: [.defaulted("start", .int(0)), .optional("end", .int)]),
    traits: .init(.shape, .exact),
    infer: { [TensorType(.int64, [extents($0.input(0).shape, $0.attributes).count])] },
    evaluate: { [TensorValue(integers: extents($0.input(0).shape, $0.attributes))] })

  static let size = OpDefinition(
    Signature(since: 21, [Formal("data", .any)], to: [Formal("size", .integer)]),
    traits: .init(.shape, .exact),
    infer: { _ in [TensorType(.int64, [])] },
    evaluate: { [TensorValue(scalar: Int64($0.input(0).count))] })

  /// Returns the extents that a Shape node outputs; bounds are clamped as in a slice.
  static func extents(_ shape: Shape, _ attributes: ResolvedAttributes) -> ArraySlice<Int> {
    func clamp(_ position: Int) -> Int {
      Swift.min(Swift.max(position < 0 ? position + shape.rank : position, 0), shape.rank)
    }
    let start = clamp(attributes.int("start") ?? 0)
    return shape.dimensions[start..<Swift.max(start, clamp(attributes.int("end") ?? shape.rank))]
  }
}
