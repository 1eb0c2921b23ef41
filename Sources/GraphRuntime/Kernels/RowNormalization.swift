import CKernels
import GraphIR

extension Kernels {
  static func layerNormalization(_ call: EvaluationContext) -> [TensorValue]? {
    let x = call.input(0)
    guard let shape = rows(of: x.shape, call) else { return nil }
    return rowNormalization(call, shape, bias: call.optional(2))
  }

  static func rmsNormalization(_ call: EvaluationContext) -> [TensorValue]? {
    let x = call.input(0)
    guard x.dtype == call.input(1).dtype, let shape = rows(of: x.shape, call) else { return nil }
    return rowNormalization(call, shape, isCentred: false, bias: nil)
  }

  static func groupNormalization(_ call: EvaluationContext) -> [TensorValue]? {
    let shape = call.input(0).shape
    let groups = call.attributes.int("num_groups") ?? 1
    let rows = ZKRowNormShape(
      rows: shape[0] * groups, groups: groups, channels: shape[1] / groups,
      spatial: shape.dropFirst(2).reduce(1, *))
    return rowNormalization(call, rows, bias: call.input(2))
  }

  static func instanceNormalization(_ call: EvaluationContext) -> [TensorValue]? {
    let shape = call.input(0).shape
    let rows = ZKRowNormShape(
      rows: shape[0] * shape[1], groups: shape[1], channels: 1, spatial: shape.dropFirst(2).reduce(1, *))
    return rowNormalization(call, rows, bias: call.input(2))
  }

  /// The rows from `axis` on; nil unless every parameter has one number per element of a row.
  private static func rows(of shape: Shape, _ call: EvaluationContext) -> ZKRowNormShape? {
    guard let axis = shape.normalized(axis: call.attributes.int("axis") ?? -1) else { return nil }
    let row = shape[axis...]
    for parameter in call.inputs.dropFirst().compactMap({ $0 }) {
      guard parameter.shape.drop(while: { $0 == 1 }).elementsEqual(row.drop { $0 == 1 }) else { return nil }
    }
    return ZKRowNormShape(
      rows: shape[..<axis].reduce(1, *), groups: 1, channels: row.reduce(1, *), spatial: 1)
  }

  private static func rowNormalization(
    _ call: EvaluationContext, _ shape: ZKRowNormShape, isCentred: Bool = true, bias: TensorValue?
  ) -> [TensorValue]? {
    let (x, scale) = (call.input(0), call.input(1))
    let outputs = call.outputs.map { TensorValue(uninitialized: $0) }
    func statistic(_ index: Int) -> UnsafeMutablePointer<Float>? {
      index < outputs.count ? outputs[index].storage.pointer.assumingMemoryBound(to: Float.self) : nil
    }
    let isRun = zk_row_norm(
      x.dtype.kernelType, shape, isCentred, Double(call.attributes.float("epsilon") ?? 0), x.storage.pointer,
      scale.storage.pointer, bias?.storage.pointer, outputs[0].storage.pointer, statistic(1), statistic(2))
    return isRun ? outputs : nil
  }
}
