/// Operators that read or write elements at indices, which other operators may compute.
///
/// A negative index counts from the end. An index out of range is an error when the kernel reads it.
enum Indexing {
  static let gather = OpDefinition(
    Signature(
      since: 13, [Formal("data", .any, "T"), Formal("indices", .integer)], to: [Formal("output", .any, "T")],
      attributes: [.defaulted("axis", .int(0))]),
    traits: .init(.movement, .exact),
    infer: { context in
      let data = context.input(0)
      let axis = try context.axis(of: data.shape)
      let indices = context.input(1).shape.dimensions
      return [TensorType(data.dtype, Shape(data.shape.prefix(axis) + indices + data.shape.dropFirst(axis + 1)))]
    },
    evaluate: { context in
      let data = context.input(0)
      let axis = context.axis(of: data.shape)
      return [take(try context.indices(along: axis), along: axis, of: data).reshaped(to: context.outputs[0].shape)]
    })

  /// Returns the slices of `data` along `axis` at `indices`.
  static func take(_ indices: [Int], along axis: Int, of data: TensorValue) -> TensorValue {
    let inner = data.shape.dropFirst(axis + 1).reduce(1, *)
    let rows = (0..<data.shape.prefix(axis).reduce(1, *)).flatMap { outer in
      indices.map { (outer * data.shape[axis] + $0) * inner }
    }
    var shape = data.shape
    shape.dimensions[axis] = indices.count
    return read(rows, of: inner, from: data, to: TensorType(data.dtype, shape))
  }

  static let gatherElements = OpDefinition(
    Signature(
      since: 13, [Formal("data", .any, "T"), Formal("indices", .integer)], to: [Formal("output", .any, "T")],
      attributes: [.defaulted("axis", .int(0))]),
    traits: .init(.movement, .exact),
    infer: { context in
      try checkElements(context)
      return [TensorType(context.input(0).dtype, context.input(1).shape)]
    },
    evaluate: { [read(try elements($0), of: 1, from: $0.input(0), to: $0.outputs[0])] })

  static let gatherND = OpDefinition(
    Signature(
      since: 13, [Formal("data", .any, "T"), Formal("indices", .integer)], to: [Formal("output", .any, "T")],
      attributes: [.defaulted("batch_dims", .int(0))]),
    traits: .init(.movement, .exact),
    infer: { context in
      let (data, indices) = (context.input(0), context.input(1).shape)
      let batch = context.attributes.int("batch_dims") ?? 0
      guard batch >= 0, batch < Swift.min(data.shape.rank, indices.rank) else {
        throw context.error(
          .attribute,
          "batch_dims is \(batch), expected 0 up to the ranks of data, \(data.shape), and indices, \(indices)")
      }
      guard data.shape.prefix(batch).elementsEqual(indices.prefix(batch)) else {
        throw context.error(
          .shape, "data, \(data.shape), and indices, \(indices), differ in the first \(batch) extents")
      }
      let depth = try indexDepth(context, after: batch)
      return [TensorType(data.dtype, Shape(indices.dropLast() + data.shape.dropFirst(batch + depth)))]
    },
    evaluate: { context in
      let batch = context.attributes.int("batch_dims") ?? 0
      let (offsets, width) = try rows(context, after: batch)
      return [read(offsets, of: width, from: context.input(0), to: context.outputs[0])]
    })

  static let scatterElements = OpDefinition(
    Signature(
      since: 18, [Formal("data", .any, "T"), Formal("indices", .integer), Formal("updates", .any, "T")],
      to: [Formal("output", .any, "T")],
      attributes: [.defaulted("axis", .int(0)), .defaulted("reduction", .string("none"))]),
    traits: .init(.other, .exact),
    infer: { context in
      try checkElements(context)
      try checkReduction(context)
      guard context.input(1).shape == context.input(2).shape else {
        throw context.error(
          .shape, "updates are \(context.input(2).shape), expected \(context.input(1).shape) as indices")
      }
      return [context.input(0)]
    },
    evaluate: { [try scatter(try elements($0), $0)] })

  static let scatterND = OpDefinition(
    Signature(
      since: 18, [Formal("data", .any, "T"), Formal("indices", .integer), Formal("updates", .any, "T")],
      to: [Formal("output", .any, "T")], attributes: [.defaulted("reduction", .string("none"))]),
    traits: .init(.other, .exact),
    infer: { context in
      let (data, indices) = (context.input(0).shape, context.input(1).shape)
      try checkReduction(context)
      guard data.rank >= 1, indices.rank >= 1 else {
        throw context.error(.shape, "data is \(data) and indices are \(indices), expected no scalars")
      }
      let expected = Shape(indices.dropLast() + data.dropFirst(try indexDepth(context, after: 0)))
      guard context.input(2).shape == expected else {
        throw context.error(.shape, "updates are \(context.input(2).shape), expected \(expected)")
      }
      return [context.input(0)]
    },
    evaluate: { context in
      let (offsets, width) = try rows(context, after: 0)
      return [try scatter(offsets.flatMap { $0..<$0 + width }, context)]
    })

  // MARK: Shapes

  /// Checks that there are at most as many indices as elements along every axis other than the indexed one.
  private static func checkElements(_ context: InferenceContext) throws {
    let (data, indices) = (context.input(0).shape, context.input(1).shape)
    let axis = try context.axis(of: data)
    let fits =
      indices.rank == data.rank
      && data.indices.allSatisfy { $0 == axis || indices[$0] <= data[$0] || data[$0] < 0 }
    guard fits else {
      throw context.error(.shape, "indices are \(indices), expected the rank and at most the extents of data, \(data)")
    }
  }

  private static func checkReduction(_ context: InferenceContext) throws {
    let name = context.attributes.string("reduction") ?? ""
    guard ScatterReduction(rawValue: name) != nil else {
      let known = ScatterReduction.allCases.map(\.rawValue).joined(separator: ", ")
      throw context.error(.attribute, "reduction is '\(name)', expected \(known)")
    }
  }

  /// Returns the number of axes that an index vector of a GatherND or ScatterND indexes.
  private static func indexDepth(_ context: InferenceContext, after batch: Int) throws -> Int {
    let (data, indices) = (context.input(0).shape, context.input(1).shape)
    guard let depth = indices.last, depth >= 1, depth <= data.rank - batch else {
      throw context.error(
        .shape, "indices are \(indices), expected a last extent of 1 to \(data.rank - batch) for data of \(data)")
    }
    return depth
  }

  // MARK: Offsets and kernels

  /// Returns the offset in data of every individually indexed element.
  private static func elements(_ context: EvaluationContext) throws -> [Int] {
    let data = context.input(0).shape
    let axis = context.axis(of: data)
    let indices = try context.indices(along: axis)
    let stride = data.strides[axis]
    var others = data.strides
    others[axis] = 0
    var offsets = indices
    forEachIndex(of: context.input(1).shape, others, others) { position, base, _ in
      offsets[position] = base + indices[position] * stride
    }
    return offsets
  }

  /// Returns the offset in data of every slice that an index vector selects, and the number of elements of a slice.
  private static func rows(_ context: EvaluationContext, after batch: Int) throws -> (offsets: [Int], width: Int) {
    let (data, indices) = (context.input(0).shape, context.input(1).shape)
    let (depth, numbers, strides) = (indices[indices.rank - 1], context.input(1).integers, data.strides)
    let rowsPerBatch = indices[batch..<(indices.rank - 1)].reduce(1, *)
    let batchStride = data.dropFirst(batch).reduce(1, *)
    let offsets = try (0..<indices.dropLast().reduce(1, *)).map { row in
      try (0..<depth).reduce(row / rowsPerBatch * batchStride) { offset, place in
        offset + (try context.index(numbers[row * depth + place], along: batch + place)) * strides[batch + place]
      }
    }
    return (offsets, data.dropFirst(batch + depth).reduce(1, *))
  }

  private static func read(_ offsets: [Int], of width: Int, from data: TensorValue, to type: TensorType) -> TensorValue
  {
    let result = TensorValue(uninitialized: type)
    for (row, offset) in offsets.enumerated() { result.copy(width, of: data, from: offset, to: row * width) }
    return result
  }

  /// Returns data with the updates written to `offsets`, in order.
  private static func scatter(_ offsets: [Int], _ context: EvaluationContext) throws -> TensorValue {
    let reduction = ScatterReduction(context.attributes)
    switch context.input(0).dtype {
    case .float32: return scatter(offsets, context) { (a: Float, b) in reduction.combine(a, b) }
    case .float64: return scatter(offsets, context) { (a: Double, b) in reduction.combine(a, b) }
    case .int64: return scatter(offsets, context) { (a: Int64, b) in reduction.combine(a, b) }
    case .bool: return scatter(offsets, context) { (a: Bool, b) in reduction.combine(a, b) }
    }
  }

  private static func scatter<Element: TensorElement>(
    _ offsets: [Int], _ context: EvaluationContext, _ combine: (Element, Element) -> Element
  ) -> TensorValue {
    var elements = context.input(0).elements(as: Element.self)
    for (offset, update) in zip(offsets, context.input(2).elements(as: Element.self)) {
      elements[offset] = combine(elements[offset], update)
    }
    return TensorValue(elements, shape: context.outputs[0].shape)
  }
}

/// The combination of an element and its update in a scatter. Updates are in row-major order: without a reduction, the
/// last one for an index wins.
public enum ScatterReduction: String, CaseIterable, Sendable {
  case none, add, mul, max, min

  /// Creates the reduction from checked attributes.
  public init(_ attributes: ResolvedAttributes) {
    self = attributes.string("reduction").flatMap(Self.init(rawValue:)) ?? .none
  }

  /// A NaN is both the maximum and the minimum.
  func combine<Number: BinaryFloatingPoint>(_ old: Number, _ update: Number) -> Number {
    switch self {
    case .none: update
    case .add: old + update
    case .mul: old * update
    case .max: old.isNaN || old > update ? old : update
    case .min: old.isNaN || old < update ? old : update
    }
  }

  func combine(_ old: Int64, _ update: Int64) -> Int64 {
    switch self {
    case .none: update
    case .add: old &+ update
    case .mul: old &* update
    case .max: Swift.max(old, update)
    case .min: Swift.min(old, update)
    }
  }

  /// Sums and maxima are disjunctions; products and minima are conjunctions.
  func combine(_ old: Bool, _ update: Bool) -> Bool {
    switch self {
    case .none: update
    case .add, .max: old || update
    case .mul, .min: old && update
    }
  }
}

extension InferenceContext {
  /// Returns the attribute `axis`, counted from the front.
  func axis(of shape: Shape) throws -> Int { try normalize([attributes.int("axis") ?? 0], of: shape)[0] }
}

extension EvaluationContext {
  /// Returns the attribute `axis`, counted from the front.
  public func axis(of shape: Shape) -> Int {
    guard let axis = shape.normalized(axis: attributes.int("axis") ?? 0) else {
      preconditionFailure("\(op.rawValue): the axis was not checked")
    }
    return axis
  }

  /// Returns `index` along an axis of input 0, counted from the front.
  ///
  /// - Throws: ``GraphError`` if it is out of range.
  func index(_ index: Int, along axis: Int) throws -> Int {
    let extent = input(0).shape[axis]
    guard index >= -extent, index < extent else { throw indexError(index, along: axis) }
    return index < 0 ? index + extent : index
  }

  /// Returns input 1 as indices along an axis of input 0, counted from the front.
  func indices(along axis: Int) throws -> [Int] { try input(1).integers.map { try index($0, along: axis) } }

  /// Returns the error of an index out of range along an axis of input 0.
  public func indexError(_ index: Int, along axis: Int) -> GraphError {
    let shape = input(0).shape
    let range = shape[axis] == 0 ? "there is none" : "expected \(-shape[axis]) to \(shape[axis] - 1)"
    return GraphError(.shape, "\(op.rawValue): index \(index) is out of range for axis \(axis) of \(shape); \(range)")
  }
}
