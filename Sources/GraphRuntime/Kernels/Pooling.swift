import CKernels
import GraphIR

extension Kernels {
  static func maxPool(_ call: EvaluationContext) throws -> [TensorValue]? {
    let x = call.input(0)
    let shape = try SlidingWindow(pooling: x.shape, call.attributes) { GraphError($0, $1) }
    guard var window = ZKWindow(shape) else { return nil }
    let out = call.outputs.map { TensorValue(uninitialized: $0) }
    let indices = out.dropFirst().first?.storage.pointer.assumingMemoryBound(to: Int64.self)
    let isRun = zk_max_pool(
      x.dtype.kernelType, x.shape[0] * x.shape[1], &window, call.attributes.int("storage_order") == 1,
      x.storage.pointer, out[0].storage.pointer, indices)
    return isRun ? out : nil
  }

  static func averagePool(_ call: EvaluationContext) throws -> [TensorValue]? {
    let x = call.input(0)
    let shape = try SlidingWindow(pooling: x.shape, call.attributes) { GraphError($0, $1) }
    guard var window = ZKWindow(shape) else { return nil }
    let y = TensorValue(uninitialized: call.outputs[0])
    let isRun = withExtendedLifetime(y) {
      zk_average_pool(
        x.dtype.kernelType, x.shape[0] * x.shape[1], &window, call.attributes.flag("count_include_pad"),
        x.storage.pointer, y.storage.pointer)
    }
    return isRun ? [y] : nil
  }

  /// Reduces all axes behind N and C to one number per image.
  static func reduceImages(_ op: ZKReduce, _ call: EvaluationContext) -> [TensorValue]? {
    let x = call.input(0)
    let y = TensorValue(uninitialized: call.outputs[0])
    let isRun = withExtendedLifetime(y) {
      zk_reduce(
        op, x.dtype.kernelType, y.count, x.shape.dropFirst(2).reduce(1, *), 1, x.storage.pointer, y.storage.pointer)
    }
    return isRun ? [y] : nil
  }
}
