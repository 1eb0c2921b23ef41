/// Operators that move elements without computation.
enum Movement {
  static let reshape = OpDefinition(
    Signature(
      since: 21, [Formal("data", .any, "T"), Formal("shape", .integer)], to: [Formal("reshaped", .any, "T")],
      attributes: [.defaulted("allowzero", .int(0))]),
    traits: .init(.view, .exact),
    infer: { context in
      let data = context.input(0)
      let requested = try context.terms(1) ?? []
      return [TensorType(data.dtype, try reshaped(data.shape, to: requested, context))]
    },
    evaluate: { [$0.input(0).reshaped(to: $0.outputs[0].shape)] })

  /// Returns the shape of the result: 0 copies an extent, and -1 is inferred.
  private static func reshaped(
    _ shape: Shape, to requested: [Extent.Term], _ context: InferenceContext
  ) throws -> Shape {
    let free = requested.indices.filter { requested[$0] == .number(-1) }
    guard requested.allSatisfy({ $0.number ?? 0 >= -1 }), free.count <= 1 else {
      throw context.error(
        .shape, "\(requested.text) is not a shape: expected extents of at least 0 and at most one -1")
    }
    var result = requested.map { $0.extent ?? 0 }
    let copied = context.attributes.flag("allowzero") ? [] : requested.indices.filter { requested[$0] == .number(0) }
    for axis in copied {
      guard axis < shape.rank else {
        throw context.error(.shape, "extent \(axis) of \(requested.text) copies a missing axis of \(shape)")
      }
      result[axis] = shape[axis]
    }
    // Copied extents cancel. So zeros and symbols among them are harmless.
    let kept = requested.indices.filter { !copied.contains($0) && !free.contains($0) }
    guard let known = Extent.count(of: kept.map { result[$0] }),
      let count = Extent.count(of: shape.indices.filter { !copied.contains($0) }.map { shape[$0] })
    else { throw context.error(.shape, "\(shape) and \(requested.text) differ in the number of elements") }
    if let free = free.first {
      guard known != .number(0), let inferred = Extent.quotient(count, known)?.extent,
        Extent.product(Extent.Term(extent: inferred), known) == count
      else { throw context.error(.shape, "\(shape) can't be reshaped to \(requested.text): -1 can't be inferred") }
      result[free] = inferred
    } else if known != count, !(shape.isStatic && shape.elementCount == 0 && result.contains(0)) {
      guard count.number != nil, known.number != nil else {
        throw context.error(.shape, "\(shape) can't be reshaped to \(requested.text) while an extent is symbolic")
      }
      throw context.error(.shape, "\(shape) and \(requested.text) differ in the number of elements")
    }
    return Shape(result)
  }

  static let transpose = OpDefinition(
    Signature(
      since: 21, [Formal("data", .any, "T")], to: [Formal("transposed", .any, "T")],
      attributes: [.optional("perm", .ints)]),
    traits: .init(.movement, .exact),
    infer: { context in
      let data = context.input(0)
      guard let order = context.attributes.ints("perm") else {
        var shape = data.shape
        shape.dimensions.reverse()
        return [TensorType(data.dtype, shape)]
      }
      guard order.count == data.shape.rank, data.shape.indices.allSatisfy(order.contains) else {
        throw context.error(.attribute, "perm \(order) is not a permutation of the axes of \(data.shape)")
      }
      return [TensorType(data.dtype, Shape(order.map { data.shape[$0] }))]
    },
    evaluate: { context in
      let data = context.input(0)
      let order = context.attributes.ints("perm") ?? Array(data.shape.indices.reversed())
      let strides = data.shape.strides
      return [gather(data, to: context.outputs[0].shape, strides: order.map { strides[$0] })]
    })

  static let expand = OpDefinition(
    Signature(
      since: 13, [Formal("input", .any, "T"), Formal("shape", .integer)], to: [Formal("output", .any, "T")]),
    traits: .init(.movement, .exact),
    infer: { context in
      guard let requested = try context.extents(1), let shape = Shape.broadcast(context.input(0).shape, requested)
      else {
        let requested = try context.terms(1) ?? []
        throw context.error(.shape, "\(context.input(0).shape) does not broadcast to \(requested.text)")
      }
      return [TensorType(context.input(0).dtype, shape)]
    },
    evaluate: { [broadcast($0.input(0), to: $0.outputs[0].shape)] })

  static let concat = OpDefinition(
    Signature(
      since: 13, [Formal("inputs", .any, "T", .variadic)], to: [Formal("concat_result", .any, "T")],
      attributes: [.required("axis", .int)]),
    traits: .init(.movement, .exact),
    infer: { context in
      let first = context.input(0)
      let axis = try context.axis(of: first.shape)
      var shape = first.shape.dimensions
      for case let type? in context.inputs.dropFirst() {
        let isFitting =
          type.shape.rank == first.shape.rank
          && first.shape.indices.allSatisfy { $0 == axis || type.shape[$0] == shape[$0] }
        guard isFitting, let sum = Extent.sum(.init(extent: shape[axis]), .init(extent: type.shape[axis]))?.extent
        else {
          throw context.error(.shape, "\(type.shape) can't be concatenated with \(first.shape) along axis \(axis)")
        }
        shape[axis] = sum
      }
      return [TensorType(first.dtype, Shape(shape))]
    },
    evaluate: { context in
      let type = context.outputs[0]
      let axis = type.shape.normalized(axis: context.attributes.int("axis") ?? 0) ?? 0
      let result = TensorValue(uninitialized: type)
      let outer = type.shape.prefix(axis).reduce(1, *)
      let inner = type.shape.dropFirst(axis + 1).reduce(1, *)
      var start = 0
      for value in context.inputs.compactMap({ $0 }) {
        let width = value.shape[axis] * inner
        for row in 0..<outer {
          result.copy(width, of: value, from: row * width, to: row * type.shape[axis] * inner + start)
        }
        start += width
      }
      return [result]
    })

  static let slice = OpDefinition(
    Signature(
      since: 13,
      [
        Formal("data", .any, "T"), Formal("starts", .integer), Formal("ends", .integer),
        Formal("axes", .integer, nil, .optional), Formal("steps", .integer, nil, .optional),
      ], to: [Formal("output", .any, "T")]),
    traits: .init(.movement, .exact),
    infer: { context in
      let data = context.input(0)
      // Most slices are of tensors whose extents are known; they are asked for in every eager call.
      if !data.shape.isStatic || !context.partlyKnown.isEmpty, let shape = try SymbolicSlice(context)?.shape {
        return [TensorType(data.dtype, shape)]
      }
      let slices = try SliceRange.ranges(of: data.shape, { try context.vector($0) }) { context.error(.shape, $0) }
      return [TensorType(data.dtype, Shape(slices.map(\.count)))]
    },
    evaluate: { context in
      let data = context.input(0)
      let slices = try SliceRange.ranges(of: data.shape, { context.optional($0) }) { GraphError(.shape, $0) }
      let strides = data.shape.strides
      return [
        gather(
          data, to: context.outputs[0].shape, strides: zip(slices, strides).map { $0.step * $1 },
          offset: zip(slices, strides).reduce(0) { $0 + $1.0.start * $1.1 })
      ]
    })

  static let pad = OpDefinition(
    Signature(
      since: 21,
      [
        Formal("data", .any, "T"), Formal("pads", .integer), Formal("constant_value", .any, "T", .optional),
        Formal("axes", .integer, nil, .optional),
      ], to: [Formal("output", .any, "T")], attributes: [.defaulted("mode", .string("constant"))]),
    traits: .init(.other, .exact),
    infer: { context in
      let data = context.input(0)
      guard let mode = PadMode(rawValue: context.attributes.string("mode") ?? "") else {
        let known = PadMode.allCases.map(\.rawValue).joined(separator: ", ")
        throw context.error(.attribute, "mode is '\(context.attributes.string("mode") ?? "")', expected \(known)")
      }
      if context.has(2), !([[], [1]] as [Shape]).contains(context.input(2).shape) {
        throw context.error(.shape, "constant_value is \(context.input(2).shape), expected a scalar")
      }
      let axes = try context.normalize(context.integers(3) ?? Array(data.shape.indices), of: data.shape)
      let pads = try context.integers(1) ?? []
      guard pads.count == 2 * axes.count else {
        throw context.error(.shape, "\(pads.count) pads for \(axes.count) axes, expected \(2 * axes.count)")
      }
      var shape = data.shape.dimensions
      for (index, axis) in axes.enumerated() where pads[index] != 0 || pads[index + axes.count] != 0 {
        let (before, after) = (pads[index], pads[index + axes.count])
        let isSane = Swift.max(before.magnitude, after.magnitude) <= UInt(TensorType.byteLimit)
        let extent = isSane ? shape[axis] + before + after : -1
        guard shape[axis] >= 0, extent >= 0 else {
          throw context.error(.shape, "axis \(axis) of \(data.shape) can't be padded by \(pads)")
        }
        guard mode == .constant || extent == 0 || shape[axis] + Swift.min(before, 0) + Swift.min(after, 0) > 0 else {
          throw context.error(.shape, "axis \(axis) of \(data.shape) has no element to repeat for pads \(pads)")
        }
        shape[axis] = extent
      }
      return [TensorType(data.dtype, Shape(shape))]
    },
    evaluate: { context in
      let (data, type) = (context.input(0), context.outputs[0])
      let padding = Padding(of: data.shape, pads: context.input(1).integers, axes: context.optional(3)?.integers)
      let before = padding.before
      if let mode = PadMode(rawValue: context.attributes.string("mode") ?? ""), mode != .constant,
        type.shape.elementCount > 0
      {
        return [
          padding.axes.reduce(data) { value, axis in
            let sources = mode.sources(of: value.shape[axis], before: before[axis], after: padding.after[axis])
            return Indexing.take(sources, along: axis, of: value)
          }
        ]
      }
      let fill = context.optional(2) ?? TensorValue(repeating: 0, type: TensorType(data.dtype, []))
      let result = broadcast(fill.reshaped(to: []), to: type.shape)
      // The overlap of data and result, in the coordinates of each.
      let first = before.map { Swift.max(0, -$0) }
      let counts = data.shape.indices.map {
        Swift.max(0, Swift.min(data.shape[$0], type.shape[$0] - before[$0]) - first[$0])
      }
      let (from, to) = (data.shape.strides, type.shape.strides)
      let source = zip(first, from).reduce(0) { $0 + $1.0 * $1.1 }
      let start = zip(zip(first, before), to).reduce(0) { $0 + ($1.0.0 + $1.0.1) * $1.1 }
      forEachIndex(of: Shape(counts), from, to) { _, read, write in
        result.copy(of: data, from: source + read, to: start + write)
      }
      return [result]
    })

  /// Returns `value` repeated to `shape`, in new memory unless the shapes are equal.
  static func broadcast(_ value: TensorValue, to shape: Shape) -> TensorValue {
    gather(value, to: shape, strides: value.shape.broadcastStrides(to: shape))
  }

  private static func gather(_ value: TensorValue, to shape: Shape, strides: [Int], offset: Int = 0) -> TensorValue {
    let result = TensorValue(uninitialized: TensorType(value.dtype, shape))
    forEachIndex(of: shape, strides, strides) { index, source, _ in
      result.copy(of: value, from: offset + source, to: index)
    }
    return result
  }
}

/// The elements that a slice takes along one axis.
public struct SliceRange: Sendable, Equatable {
  /// The index of the first element.
  public let start: Int
  /// The distance between elements, at most the extent; negative for a reversed slice.
  public let step: Int
  /// The number of elements.
  public let count: Int

  private init(start: Int, step: Int, count: Int) {
    self.start = start
    self.step = step
    self.count = count
  }

  /// Creates the range of a slice along an axis of extent `extent`. `start` and `end` are clamped as in NumPy and
  /// ONNX's reference evaluator. ONNX Runtime differs: its reversed slice takes the first element if it starts before
  /// it, and all elements down to the first if it ends at `Int.max`.
  public init(of extent: Int, from start: Int, to end: Int, step: Int = 1) {
    // A longer step takes one element, too, but its offsets would overflow.
    let step = Swift.min(Swift.max(step, -Swift.max(extent, 1)), Swift.max(extent, 1))
    let bounds = step > 0 ? 0...extent : -1...Swift.max(extent - 1, -1)
    func clamp(_ position: Int) -> Int {
      Swift.min(Swift.max(position < 0 ? position + extent : position, bounds.lowerBound), bounds.upperBound)
    }
    let (first, last) = (clamp(start), clamp(end))
    let span = step > 0 ? last - first : first - last
    self.init(start: first, step: step, count: span <= 0 ? 0 : (span - 1) / Swift.abs(step) + 1)
  }

  /// Returns the ranges of a `Slice` with these arguments along every axis of `shape`.
  ///
  /// - Throws: the error that `error` returns.
  public static func ranges(
    of shape: Shape, starts: [Int], ends: [Int], axes: [Int]?, steps: [Int]?, error: (String) -> GraphError
  ) throws -> [SliceRange] {
    let inputs = [nil, starts, ends, axes, steps].map { $0.map { TensorValue(integers: $0) } }
    return try ranges(of: shape, { inputs[$0] }, error: error)
  }

  /// Returns the ranges of a `Slice` along every axis of `shape`, with its inputs 1 to 4.
  ///
  /// - Throws: the error that `error` returns, or an error that `input` throws.
  public static func ranges(
    of shape: Shape, _ input: (Int) throws -> TensorValue?, error: (String) -> GraphError
  ) throws -> [SliceRange] {
    guard let starts = try input(1), let ends = try input(2) else { throw error("starts and ends are missing") }
    let (axes, steps) = (try input(3), try input(4))
    let count = starts.count
    guard ends.count == count, axes?.count ?? count == count, steps?.count ?? count == count else {
      let (axes, steps) = (axes?.integers ?? Array(0..<count), steps?.integers ?? [Int](repeating: 1, count: count))
      throw error(
        "starts, ends, axes and steps differ in length: \(starts.integers), \(ends.integers), \(axes), \(steps)")
    }
    var result = shape.map { SliceRange(start: 0, step: 1, count: $0) }
    for index in 0..<count {
      let named = axes?.integer(at: index) ?? index
      guard let axis = shape.normalized(axis: named), shape[axis] >= 0 else {
        throw error("axis \(named) of \(shape) can't be sliced")
      }
      if let axes, (0..<index).contains(where: { shape.normalized(axis: axes.integer(at: $0)) == axis }) {
        throw error("axes \(axes.integers) name one axis twice")
      }
      let step = steps?.integer(at: index) ?? 1
      guard step != 0 else { throw error("a step of 0 along axis \(axis)") }
      result[axis] = SliceRange(
        of: shape[axis], from: starts.integer(at: index), to: ends.integer(at: index), step: step)
    }
    return result
  }
}
