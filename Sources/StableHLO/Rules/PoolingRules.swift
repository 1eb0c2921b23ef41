import GraphIR

/// Maxima under sliding windows.
enum PoolingRules {
  static func maxPool(_ emitter: Emitter, _ call: Call) throws -> [Value] {
    let (x, shape) = (call.input(0), call.outputs[0].shape)
    let axes = try SlidingWindow(pooling: x.shape, call.attributes) { GraphError($0, $1) }.axes
    var window = Emitter.Window(rank: x.shape.rank)
    for (index, axis) in axes.enumerated() {
      (window.extents[index + 2], window.strides[index + 2]) = (axis.kernel, axis.stride)
      window.dilations[index + 2] = axis.dilation
      // The last window of `ceil_mode` may exceed the padding.
      (window.before[index + 2], window.after[index + 2]) = (axis.before, axis.after - Swift.min(0, axis.remainder))
    }
    guard call.outputs.count > 1 else { return [emitter.reduceWindow(x, .maximum, window, to: shape)] }
    return maximaWithIndices(emitter, call, window)
  }

  /// Reduces pairs of an element and its index: the first of equal elements is taken, and of NaNs the last.
  private static func maximaWithIndices(_ emitter: Emitter, _ call: Call, _ window: Emitter.Window) -> [Value] {
    let (x, shape) = (call.input(0), call.outputs[0].shape)
    let none = emitter.constant(integer: .max)
    let scalars = [x.dtype, .int64, x.dtype, .int64].map { TensorType($0, []) }
    let greater = emitter.region(of: scalars) { emitter, pair in
      let (old, oldIndex, new, newIndex) = (pair[0], pair[1], pair[2], pair[3])
      func both(_ a: Value, _ b: Value) -> Value { emitter.binary("and", a, b) }
      func either(_ a: Value, _ b: Value) -> Value { emitter.binary("or", a, b) }
      let isEarlier = both(emitter.compare(new, .equal, old), emitter.compare(newIndex, .less, oldIndex))
      let isLater = either(emitter.compare(old, .equal, old), emitter.compare(newIndex, .greater, oldIndex))
      let isLaterNaN = both(emitter.isNaN(new), isLater)
      let isNew = either(either(emitter.compare(new, .greater, old), isEarlier), isLaterNaN)
      return [emitter.select(isNew, new, old), emitter.select(isNew, newIndex, oldIndex)]
    }
    let results = emitter.operation(
      "reduce_window", [x, indices(emitter, call), emitter.neutral(.maximum, x.dtype), none], window.attributes,
      region: greater, to: [TensorType(x.dtype, shape), TensorType(.int64, shape)])
    let isNone = emitter.compare(results[1], .equal, none)
    return [results[0], emitter.select(isNone, emitter.constant(-1, like: results[1]), results[1])]
  }

  /// The index of each element in X, column-major within an image with `storage_order` 1.
  private static func indices(_ emitter: Emitter, _ call: Call) -> Value {
    let shape = call.input(0).shape
    let image = Array(shape.indices.dropFirst(2))
    var strides = shape.strides
    if call.attributes.int("storage_order") == 1 {
      var stride = 1
      for axis in image {
        strides[axis] = stride
        stride *= shape[axis]
      }
    }
    return shape.indices.map { emitter.multiply(emitter.iota(shape, axis: $0), Double(strides[$0])) }
      .reduce(emitter.constant(0, TensorType(.int64, shape))) { emitter.add($0, $1) }
  }
}
