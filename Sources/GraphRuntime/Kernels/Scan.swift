import CKernels
import GraphIR

extension Kernels {
  static func cumulativeSum(_ call: EvaluationContext) -> [TensorValue]? {
    let (x, y) = (call.input(0), TensorValue(uninitialized: call.outputs[0]))
    guard let lines = AxisLines(x.shape, axis: call.input(1).integers[0]) else { return nil }
    let isRun = zk_cumulative_sum(
      x.dtype.kernelType, call.attributes.flag("exclusive"), call.attributes.flag("reverse"), lines.outer,
      lines.extent, lines.inner, x.storage.pointer, y.storage.pointer)
    return isRun ? [y] : nil
  }

  /// The position of the maximum or minimum along the axis.
  static func position(of extremum: ZKReduce, _ call: EvaluationContext) -> [TensorValue]? {
    let x = call.input(0)
    guard let lines = AxisLines(x.shape, axis: call.attributes.int("axis") ?? 0) else { return nil }
    let extrema = TensorValue(uninitialized: TensorType(x.dtype, [lines.outer, lines.inner]))
    let positions = TensorValue(uninitialized: call.outputs[0])
    let isRun = withExtendedLifetime(extrema) {
      zk_reduce(
        extremum, x.dtype.kernelType, lines.outer, lines.extent, lines.inner, x.storage.pointer,
        extrema.storage.pointer)
        && zk_position(
          x.dtype.kernelType, call.attributes.flag("select_last_index"), lines.outer, lines.extent, lines.inner,
          x.storage.pointer, extrema.storage.pointer, positions.storage.pointer.assumingMemoryBound(to: Int64.self))
    }
    return isRun ? [positions] : nil
  }
}
