import GraphIR

/// Elements at other places.
enum MovementRules {
  static func transpose(_ emitter: Emitter, _ call: Call) -> Value {
    let x = call.input(0)
    return emitter.transpose(x, call.attributes.ints("perm") ?? Array(x.shape.indices.reversed()))
  }

  static func slice(_ emitter: Emitter, _ call: Call) throws -> Value {
    let ranges = try SliceRange.ranges(of: call.input(0).shape, { call.known($0) }) { GraphError(.shape, $0) }
    return emitter.slice(call.input(0), ranges)
  }

  /// Padding with a constant, or with elements of the tensor.
  static func pad(_ emitter: Emitter, _ call: Call) -> Value {
    var x = call.input(0)
    let padding = Padding(of: x.shape, pads: call.known(1)?.integers ?? [], axes: call.known(3)?.integers)
    let mode = call.attributes.string("mode").flatMap(PadMode.init(rawValue:)) ?? .constant
    guard mode != .constant else {
      let value = call.optional(2).map { emitter.reshape($0, to: []) } ?? emitter.constant(0, TensorType(x.dtype, []))
      return emitter.pad(x, with: value, padding)
    }
    for axis in padding.axes {
      let sources = mode.sources(of: x.shape[axis], before: padding.before[axis], after: padding.after[axis])
      x = IndexingRules.take(emitter, x, at: emitter.constant(TensorValue(integers: sources)), axis: axis)
    }
    return x
  }
}
