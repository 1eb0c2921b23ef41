import GraphIR

extension Emitter {
  /// An associative operation with a neutral element.
  enum Fold {
    case add, multiply, maximum, minimum

    /// The operation's name.
    var name: String { "\(self)" }
  }

  /// Adds the neutral element of an operation.
  func neutral(_ fold: Fold, _ dtype: DataType) -> Value {
    let scalar = TensorType(dtype, [])
    switch (fold, dtype) {
    case (.add, _): return constant(0, scalar)
    case (.multiply, _): return constant(1, scalar)
    case (.maximum, .int64): return constant(integer: .min)
    case (.minimum, .int64): return constant(integer: .max)
    case (.maximum, .bool): return constant(0, scalar)
    case (.minimum, .bool): return constant(1, scalar)
    case (.maximum, _): return constant(-.infinity, scalar)
    case (.minimum, _): return constant(.infinity, scalar)
    }
  }

  private func region(_ fold: Fold, _ dtype: DataType) -> String {
    let scalar = TensorType(dtype, [])
    return region(of: [scalar, scalar]) { [$0.operation(fold.name, $1, to: scalar)] }
  }

  /// Adds a reduction of axes, which are removed, or kept with extent 1.
  func reduce(_ x: Value, _ fold: Fold, axes: [Int], keepsAxes: Bool = false) -> Value {
    let removed = Shape(x.shape.indices.filter { !axes.contains($0) }.map { x.shape[$0] })
    let kept = Shape(x.shape.indices.map { axes.contains($0) ? 1 : x.shape[$0] })
    guard !axes.isEmpty else { return x }
    let result = operation(
      "reduce", [x, neutral(fold, x.dtype)], [("dimensions", axes.sorted().mlir)], region: region(fold, x.dtype),
      to: TensorType(x.dtype, removed))
    return keepsAxes ? reshape(result, to: kept) : result
  }

  /// A window that slides over every axis.
  struct Window {
    var extents, strides, dilations, before, after: [Int]

    /// The window of one element.
    init(rank: Int) {
      extents = [Int](repeating: 1, count: rank)
      (strides, dilations) = (extents, extents)
      before = [Int](repeating: 0, count: rank)
      after = before
    }

    var attributes: [(String, String)] {
      [
        ("window_dimensions", extents.mlir), ("window_strides", strides.mlir), ("window_dilations", dilations.mlir),
        ("padding", Emitter.pairs(before, after)),
      ]
    }
  }

  /// Pairs of numbers as an attribute.
  static func pairs(_ first: [Int], _ second: [Int]) -> String {
    "dense<[\(zip(first, second).map { "[\($0), \($1)]" }.joined(separator: ", "))]> : tensor<\(first.count)x2xi64>"
  }

  /// Adds a reduction of the elements under each window.
  func reduceWindow(_ x: Value, _ fold: Fold, _ window: Window, to shape: Shape) -> Value {
    operation(
      "reduce_window", [x, neutral(fold, x.dtype)], window.attributes, region: region(fold, x.dtype),
      to: TensorType(x.dtype, shape))
  }

  /// Adds the sums of all elements up to each one along an axis.
  func cumulativeSum(_ x: Value, axis: Int, isExclusive: Bool = false, isReversed: Bool = false) -> Value {
    let extent = x.shape[axis]
    guard x.shape.elementCount > 0 else { return x }
    var window = Window(rank: x.shape.rank)
    window.extents[axis] = extent
    let (near, far) = isExclusive ? (-1, extent) : (0, extent - 1)
    (window.before[axis], window.after[axis]) = isReversed ? (near, far) : (far, near)
    return reduceWindow(x, .add, window, to: x.shape)
  }

  /// Adds a stable sort along an axis; `precedes` gets two elements.
  func sort(_ values: [Value], axis: Int, _ precedes: (Emitter, [Value]) -> Value) -> [Value] {
    let scalars = values.flatMap { [TensorType($0.dtype, []), TensorType($0.dtype, [])] }
    let comparator = region(of: scalars) { [precedes($0, $1)] }
    return operation(
      "sort", values, [("dimension", "\(axis) : i64"), ("is_stable", "true")], region: comparator,
      to: values.map(\.type))
  }
}
