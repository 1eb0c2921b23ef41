import CKernels
import GraphIR

extension Kernels {
  static func gather(_ call: EvaluationContext) throws -> [TensorValue]? {
    let shape = call.input(0).shape
    let axis = call.axis(of: shape)
    let offsets = try offsets(call, along: axis..<(axis + 1))
    return gathered(call, batch: shape.prefix(axis).reduce(1, *), along: axis..<(axis + 1), offsets, isShared: true)
  }

  static func gatherND(_ call: EvaluationContext) throws -> [TensorValue]? {
    let axes = indexedAxes(call, after: call.attributes.int("batch_dims") ?? 0)
    let offsets = try offsets(call, along: axes)
    let batch = call.input(0).shape.prefix(axes.lowerBound).reduce(1, *)
    return gathered(call, batch: batch, along: axes, offsets, isShared: false)
  }

  static func scatterND(_ call: EvaluationContext) throws -> [TensorValue]? {
    let axes = indexedAxes(call, after: 0)
    let offsets = try offsets(call, along: axes)
    let out = copy(of: call.input(0))
    let width = out.shape.dropFirst(axes.upperBound).reduce(1, *)
    offsets.withMutableElements(of: Int64.self) {
      zk_scatter(
        ScatterReduction(call.attributes).kernel, out.dtype.kernelType, width, $0.count, $0.baseAddress,
        call.input(2).storage.pointer, out.storage.pointer)
    }
    return [out]
  }

  static func gatherElements(_ call: EvaluationContext) throws -> [TensorValue]? {
    try withElements(call) { space, indices in
      let (x, out) = (call.input(0), TensorValue(uninitialized: call.outputs[0]))
      let isRun = zk_gather_elements(
        x.dtype.byteCount, &space, indices, x.storage.pointer, out.storage.pointer)
      return isRun ? out : nil
    }
  }

  static func scatterElements(_ call: EvaluationContext) throws -> [TensorValue]? {
    try withElements(call) { space, indices in
      let out = copy(of: call.input(0))
      zk_scatter_elements(
        ScatterReduction(call.attributes).kernel, out.dtype.kernelType, &space, indices, call.input(2).storage.pointer,
        out.storage.pointer)
      return out
    }
  }

  /// The slices of `x` at `indices` along `axis`. Indices are not negative.
  static func taken(_ indices: [Int], along axis: Int, of x: TensorValue) -> TensorValue? {
    var shape = x.shape
    shape.dimensions[axis] = indices.count
    let out = TensorValue(uninitialized: TensorType(x.dtype, shape))
    let isRun = withExtendedLifetime(x) {
      zk_gather(
        x.dtype.byteCount, shape.prefix(axis).reduce(1, *), x.shape[axis], shape.dropFirst(axis + 1).reduce(1, *),
        indices.count, 0, indices.map(Int64.init), x.storage.pointer, out.storage.pointer)
    }
    return isRun ? out : nil
  }

  /// The axes of the data that an index vector covers.
  private static func indexedAxes(_ call: EvaluationContext, after batch: Int) -> Range<Int> {
    batch..<(batch + (call.input(1).shape.last ?? 0))
  }

  /// Input 1 as offsets into the axes `axes` of input 0.
  private static func offsets(_ call: EvaluationContext, along axes: Range<Int>) throws -> TensorValue {
    let indices = call.input(1)
    let offsets = TensorValue(uninitialized: TensorType(.int64, [axes.isEmpty ? 0 : indices.count / axes.count]))
    let bad = indices.withElements(of: Int64.self) { from in
      offsets.withMutableElements(of: Int64.self) { to in
        zk_index_offsets(to.count, axes.count, Array(call.input(0).shape[axes]), from.baseAddress, to.baseAddress)
      }
    }
    guard bad < 0 else { throw call.indexError(indices.integers[bad], along: axes.lowerBound + bad % axes.count) }
    return offsets
  }

  private static func gathered(
    _ call: EvaluationContext, batch: Int, along axes: Range<Int>, _ offsets: TensorValue, isShared: Bool
  ) -> [TensorValue]? {
    let (x, out) = (call.input(0), TensorValue(uninitialized: call.outputs[0]))
    let count = isShared ? offsets.count : offsets.count / max(batch, 1)
    let isRun = offsets.withElements(of: Int64.self) {
      zk_gather(
        x.dtype.byteCount, batch, x.shape[axes].reduce(1, *), x.shape.dropFirst(axes.upperBound).reduce(1, *), count,
        isShared ? 0 : count, $0.baseAddress, x.storage.pointer, out.storage.pointer)
    }
    return isRun ? [out] : nil
  }

  private static func copy(of value: TensorValue) -> TensorValue {
    let copy = TensorValue(uninitialized: value.type)
    copy.storage.pointer.copyMemory(from: value.storage.pointer, byteCount: value.byteCount)
    return copy
  }

  /// Calls `body` with the indices and the layout of input 1 in input 0. Returns nil if the axes behind the indexed one
  /// are not contiguous.
  private static func withElements(
    _ call: EvaluationContext, _ body: (inout ZKElements, UnsafePointer<Int64>) -> TensorValue?
  ) throws -> [TensorValue]? {
    let (data, indices) = (call.input(0).shape, call.input(1).shape)
    let axis = call.axis(of: data)
    guard indices.indices.dropFirst(axis + 2).allSatisfy({ indices[$0] == data[$0] }) else { return nil }
    let (dims, strides) = (Array(indices.prefix(axis)), Array(data.strides.prefix(axis)))
    let offsets = try offsets(call, along: axis..<(axis + 1))
    return dims.withUnsafeBufferPointer { dims in
      strides.withUnsafeBufferPointer { strides in
        var space = ZKElements(
          outer_rank: axis, outer_dims: dims.baseAddress, outer_strides: strides.baseAddress,
          outer: dims.reduce(1, *), count: indices[axis], inner: indices.dropFirst(axis + 1).reduce(1, *),
          stride: data.strides[axis])
        return offsets.withElements(of: Int64.self) { offsets in
          offsets.baseAddress.flatMap { body(&space, $0) }.map { [$0] }
        }
      }
    }
  }
}

extension ScatterReduction {
  fileprivate var kernel: ZKScatter {
    switch self {
    case .none: .none
    case .add: .add
    case .mul: .mul
    case .max: .max
    case .min: .min
    }
  }
}
