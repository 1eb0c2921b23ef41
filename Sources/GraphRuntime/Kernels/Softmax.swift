import CKernels
import GraphIR

extension Kernels {
  /// Softmax or its logarithm along the call's axis.
  static func softmax(_ op: ZKSoftmax, _ call: EvaluationContext) -> [TensorValue]? {
    let (x, y) = (call.input(0), TensorValue(uninitialized: call.outputs[0]))
    guard let lines = AxisLines(x.shape, axis: call.attributes.int("axis") ?? -1) else { return nil }
    let isRun = zk_softmax(
      op, x.dtype.kernelType, lines.outer, lines.extent, lines.inner, x.storage.pointer, y.storage.pointer)
    return isRun ? [y] : nil
  }

  /// log Σ eˣ over axes. Several runs of axes are reduced one after the other.
  static func logSumExp(_ call: EvaluationContext) -> [TensorValue]? {
    let type = call.outputs[0].dtype
    guard let x = convert(call.input(0), to: type == .int64 ? .float64 : type),
      let result = reduce(x, call, kernel: { zk_softmax(.logSumExp, x.dtype.kernelType, $0, $1, $2, $3, $4) })?[0]
    else { return nil }
    return convert(result, to: type).map { [$0] }
  }
}
