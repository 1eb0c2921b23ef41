import CKernels
import GraphIR

extension Kernels {
  static func transpose(_ call: EvaluationContext) -> [TensorValue]? {
    let (x, type) = (call.input(0), call.outputs[0])
    var layout = ZKLayout()
    let order = call.attributes.ints("perm")
    guard zk_layout_transpose(&layout, x.shape.rank, x.shape.dimensions, order) else { return nil }
    // If only axes of extent 1 move, the elements stay in place.
    if layout.rank == 1, layout.strides.0.0 == 1 { return [x.reshaped(to: type.shape)] }
    let out = TensorValue(uninitialized: type)
    return zk_copy(type.dtype.byteCount, &layout, x.storage.pointer, out.storage.pointer) ? [out] : nil
  }

  static func expand(_ call: EvaluationContext) -> [TensorValue]? {
    let (x, type) = (call.input(0), call.outputs[0])
    if x.count == type.shape.elementCount { return [x.reshaped(to: type.shape)] }
    return copied(x, to: type, strides: x.shape.broadcastStrides(to: type.shape))
  }

  static func slice(_ call: EvaluationContext) throws -> [TensorValue]? {
    let (x, type) = (call.input(0), call.outputs[0])
    if x.shape == type.shape, call.optional(4) == nil { return [x] }
    let (starts, size) = (call.input(1), type.dtype.byteCount)
    if call.optional(4) == nil, starts.count == 1, type.shape.dropFirst().elementsEqual(x.shape.dropFirst()) {
      // Contiguous whole rows.
      let rows = SliceRange(of: x.shape[0], from: starts.integer(at: 0), to: call.input(2).integer(at: 0))
      let (out, offset) = (TensorValue(uninitialized: type), x.shape.dropFirst().reduce(rows.start * size, *))
      return zk_copy_elements(size, out.count, x.storage.pointer + offset, out.storage.pointer) ? [out] : nil
    }
    let ranges = try SliceRange.ranges(of: x.shape, { call.optional($0) }) { GraphError(.shape, $0) }
    let strides = x.shape.strides
    return copied(
      x, to: type, strides: zip(ranges, strides).map { $0.step &* $1 },
      offset: zip(ranges, strides).reduce(0) { $0 + $1.0.start * $1.1 })
  }

  static func concat(_ call: EvaluationContext) -> [TensorValue]? {
    let type = call.outputs[0]
    guard let axis = type.shape.normalized(axis: call.attributes.int("axis") ?? 0) else { return nil }
    let out = TensorValue(uninitialized: type)
    let outer = type.shape.prefix(axis).reduce(1, *)
    let inner = type.shape.dropFirst(axis + 1).reduce(1, *)
    let size = type.dtype.byteCount
    var destination = out.storage.pointer
    for case let part? in call.inputs {
      let width = part.shape[axis] * inner
      defer { destination += width * size }
      if outer == 1 {
        guard zk_copy_elements(size, width, part.storage.pointer, destination) else { return nil }
        continue
      }
      guard var layout = ZKLayout([outer, width], from: [width, 1], to: [type.shape[axis] * inner, 1]),
        zk_copy(size, &layout, part.storage.pointer, destination)
      else { return nil }
    }
    return [out]
  }

  static func pad(_ call: EvaluationContext) -> [TensorValue]? {
    let (x, type) = (call.input(0), call.outputs[0])
    let (from, to) = (x.shape.strides, type.shape.strides)
    let padding = Padding(of: x.shape, pads: call.input(1).integers, axes: call.optional(3)?.integers)
    let before = padding.before
    if let mode = PadMode(rawValue: call.attributes.string("mode") ?? ""), mode != .constant,
      type.shape.elementCount > 0
    {
      var result = x
      for axis in padding.axes {
        let sources = mode.sources(of: x.shape[axis], before: before[axis], after: padding.after[axis])
        guard let next = taken(sources, along: axis, of: result) else { return nil }
        result = next
      }
      return [result]
    }
    // The overlap of x and the result. A negative pad cuts, so the overlap may start inside of x.
    var (source, destination, overlap) = (0, 0, x.shape.dimensions)
    for axis in x.shape.indices {
      let first = max(0, -before[axis])
      overlap[axis] = max(0, min(x.shape[axis], type.shape[axis] - before[axis]) - first)
      source += first * from[axis]
      destination += (first + before[axis]) * to[axis]
    }
    guard var layout = ZKLayout(overlap, from: from, to: to) else { return nil }
    let out = TensorValue(uninitialized: type)
    let size = type.dtype.byteCount
    var zero: UInt64 = 0
    let isFilled =
      call.optional(2).map { zk_fill(size, out.count, $0.storage.pointer, out.storage.pointer) }
      ?? zk_fill(size, out.count, &zero, out.storage.pointer)
    guard isFilled, zk_copy(size, &layout, x.storage.pointer + source * size, out.storage.pointer + destination * size)
    else { return nil }
    return [out]
  }

  /// The elements of `x` under `strides` from `offset` on, as a new value; nil if that needs too many dimensions.
  static func copied(
    _ x: TensorValue, to type: TensorType, strides: [Int], offset: Int = 0
  ) -> [TensorValue]? {
    guard var layout = ZKLayout(type.shape.dimensions, from: strides, to: type.shape.strides) else { return nil }
    let out = TensorValue(uninitialized: type)
    let size = type.dtype.byteCount
    return zk_copy(size, &layout, x.storage.pointer + offset * size, out.storage.pointer) ? [out] : nil
  }
}
