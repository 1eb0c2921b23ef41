import CKernels
import GraphIR

extension Kernels {
  static func topK(_ call: EvaluationContext) -> [TensorValue]? {
    let x = call.input(0)
    let axis = call.attributes.int("axis") ?? -1
    guard let lines = AxisLines(x.shape, axis: axis), let chosen = AxisLines(call.outputs[0].shape, axis: axis) else {
      return nil
    }
    let (values, indices) = (TensorValue(uninitialized: call.outputs[0]), TensorValue(uninitialized: call.outputs[1]))
    let isRun = zk_top_k(
      x.dtype.kernelType, call.attributes.flag("largest"), lines.outer, lines.extent, lines.inner, chosen.extent,
      x.storage.pointer, values.storage.pointer, indices.storage.pointer.assumingMemoryBound(to: Int64.self))
    return isRun ? [values, indices] : nil
  }
}
