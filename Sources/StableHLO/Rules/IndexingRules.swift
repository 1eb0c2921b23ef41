import GraphIR

/// Reading and writing at indices. A negative index counts from the end.
///
/// An index out of range is an error of other backends. Here it reads the nearest element, and it writes none: a
/// compiled program can't stop.
enum IndexingRules {
  static func gather(_ emitter: Emitter, _ call: Call) -> Value {
    let data = call.input(0)
    let axis = call.axis(of: data.shape)
    return take(emitter, data, at: positive(emitter, call.input(1), data.shape[axis]), axis: axis)
  }

  /// Returns the slices of `data` along an axis at indices from 0.
  static func take(_ emitter: Emitter, _ data: Value, at indices: Value, axis: Int) -> Value {
    // The indexed axis comes first, and its place is taken by the axes of the indices.
    let others = data.shape.indices.filter { $0 != axis }
    let rows = emitter.gather(
      emitter.transpose(data, [axis] + others), at: emitter.reshape(indices, to: Shape(indices.shape + [1])))
    let count = indices.shape.rank
    let order = Array(count..<count + axis) + Array(0..<count) + Array(count + axis..<rows.shape.rank)
    return emitter.transpose(rows, order)
  }

  static func gatherElements(_ emitter: Emitter, _ call: Call) -> Value {
    emitter.gather(call.input(0), at: elements(emitter, call))
  }

  static func gatherND(_ emitter: Emitter, _ call: Call) -> Value {
    emitter.gather(call.input(0), at: rows(emitter, call, after: call.attributes.int("batch_dims") ?? 0))
  }

  static func scatterElements(_ emitter: Emitter, _ call: Call) -> Value {
    emitter.scatter(call.input(2), into: call.input(0), at: elements(emitter, call), combination(call))
  }

  static func scatterND(_ emitter: Emitter, _ call: Call) -> Value {
    emitter.scatter(call.input(2), into: call.input(0), at: rows(emitter, call, after: 0), combination(call))
  }

  private static func combination(_ call: Call) -> (Emitter, Value, Value) -> Value {
    switch ScatterReduction(call.attributes) {
    case .none: { $2 }
    case .add: { $0.add($1, $2) }
    case .mul: { $0.multiply($1, $2) }
    case .max: { $0.binary("maximum", $1, $2) }
    case .min: { $0.binary("minimum", $1, $2) }
    }
  }

  private static func positive(_ emitter: Emitter, _ indices: Value, _ extent: Int) -> Value {
    emitter.select(emitter.compare(indices, .less, 0), emitter.add(indices, Double(extent)), indices)
  }

  /// Returns the full index of every individually indexed element, along a new last axis.
  private static func elements(_ emitter: Emitter, _ call: Call) -> Value {
    let (data, indices) = (call.input(0).shape, call.input(1))
    let axis = call.axis(of: data)
    let columns = data.indices.map { place in
      place == axis ? positive(emitter, indices, data[axis]) : emitter.iota(indices.shape, axis: place)
    }
    let shape = Shape(indices.shape + [1])
    return emitter.concatenate(columns.map { emitter.reshape($0, to: shape) }, axis: shape.rank - 1)
  }

  /// Returns the index of every slice that an index vector selects, with those of its batch before it.
  private static func rows(_ emitter: Emitter, _ call: Call, after batch: Int) -> Value {
    let (data, indices) = (call.input(0).shape, call.input(1))
    let last = indices.shape.rank - 1
    let extents = emitter.constant(
      TensorValue(integers: Array(data[batch..<batch + indices.shape[last]])))
    let counted = emitter.select(emitter.compare(indices, .less, 0), emitter.add(indices, extents), indices)
    let column = Shape(indices.shape.dropLast() + [1])
    return emitter.concatenate((0..<batch).map { emitter.iota(column, axis: $0) } + [counted], axis: last)
  }
}
