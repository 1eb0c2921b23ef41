import GraphIR

extension Emitter {
  /// Adds a broadcast, as NumPy's `broadcast_to`.
  func broadcast(_ x: Value, to shape: Shape) -> Value {
    let offset = shape.rank - x.shape.rank
    return broadcast(x, to: shape, axes: x.shape.indices.map { $0 + offset })
  }

  /// Adds a broadcast in which axis `i` of the value becomes axis `axes[i]`.
  func broadcast(_ x: Value, to shape: Shape, axes: [Int]) -> Value {
    guard x.shape != shape else { return x }
    return operation("broadcast_in_dim", [x], [("broadcast_dimensions", axes.mlir)], to: TensorType(x.dtype, shape))
  }

  /// Broadcasts values to their common shape. Requires shapes that verification has found to fit.
  func broadcast(_ values: [Value]) -> [Value] {
    let shape = values.dropFirst().reduce(values[0].shape) { shape, value in
      guard let wider = Shape.broadcast(shape, value.shape) else {
        preconditionFailure("shapes \(shape) and \(value.shape) do not broadcast")
      }
      return wider
    }
    return values.map { broadcast($0, to: shape) }
  }

  func reshape(_ x: Value, to shape: Shape) -> Value {
    x.shape == shape ? x : operation("reshape", [x], to: TensorType(x.dtype, shape))
  }

  /// Adds a transposition: axis `i` of the result is axis `order[i]` of the value.
  func transpose(_ x: Value, _ order: [Int]) -> Value {
    guard order != Array(order.indices) else { return x }
    let shape = Shape(order.map { x.shape[$0] })
    return operation("transpose", [x], [("permutation", order.mlir)], to: TensorType(x.dtype, shape))
  }

  func concatenate(_ values: [Value], axis: Int) -> Value {
    guard values.count > 1 else { return values[0] }
    var shape = values[0].shape
    shape.dimensions[axis] = values.reduce(0) { $0 + $1.shape[axis] }
    return operation("concatenate", values, [("dimension", "\(axis) : i64")], to: TensorType(values[0].dtype, shape))
  }

  func reverse(_ x: Value, axes: [Int]) -> Value {
    axes.isEmpty ? x : operation("reverse", [x], [("dimensions", axes.mlir)], to: x.type)
  }

  /// Adds a slice. A range with a negative step is the reverse of one with a positive step.
  func slice(_ x: Value, _ ranges: [SliceRange]) -> Value {
    let steps = ranges.map { Swift.abs($0.step) }
    let starts = ranges.map { $0.step > 0 || $0.count == 0 ? $0.start : $0.start + $0.step * ($0.count - 1) }
      .enumerated().map { Swift.min(Swift.max($1, 0), x.shape[$0]) }
    let ends = ranges.indices.map { axis in
      ranges[axis].count == 0 ? starts[axis] : starts[axis] + steps[axis] * (ranges[axis].count - 1) + 1
    }
    let part = operation(
      "slice", [x], [("start_indices", starts.mlir), ("limit_indices", ends.mlir), ("strides", steps.mlir)],
      to: TensorType(x.dtype, Shape(ranges.map(\.count))))
    return reverse(part, axes: ranges.indices.filter { ranges[$0].step < 0 })
  }

  /// Adds a slice along one axis.
  func slice(_ x: Value, axis: Int, from start: Int, to end: Int) -> Value {
    var ranges = x.shape.map { SliceRange(of: $0, from: 0, to: $0) }
    ranges[axis] = SliceRange(of: x.shape[axis], from: start, to: end)
    return slice(x, ranges)
  }

  /// Adds padding; negative padding removes elements.
  func pad(_ x: Value, with value: Value, _ padding: Padding) -> Value {
    let shape = x.shape.indices.map { x.shape[$0] + padding.before[$0] + padding.after[$0] }
    return operation(
      "pad", [x, value],
      [
        ("edge_padding_low", padding.before.mlir), ("edge_padding_high", padding.after.mlir),
        ("interior_padding", [Int](repeating: 0, count: x.shape.rank).mlir),
      ], to: TensorType(x.dtype, Shape(shape)))
  }

  /// Adds the index of each element along an axis.
  func iota(_ shape: Shape, axis: Int) -> Value {
    operation("iota", [], [("iota_dimension", "\(axis) : i64")], to: TensorType(.int64, shape))
  }
}
