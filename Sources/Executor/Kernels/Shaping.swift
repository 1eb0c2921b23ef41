import GraphIR

extension Kernels {
  static func split(_ call: EvaluationContext) -> [TensorValue]? {
    let x = call.input(0)
    let (axis, strides) = (call.axis(of: x.shape), x.shape.strides)
    var offset = 0
    var parts: [TensorValue] = []
    for type in call.outputs {
      guard let part = copied(x, to: type, strides: strides, offset: offset) else { return nil }
      parts += part
      offset += type.shape[axis] * strides[axis]
    }
    return parts
  }

  static func tile(_ call: EvaluationContext) -> [TensorValue]? {
    let (x, type) = (call.input(0), call.outputs[0])
    if x.shape == type.shape { return [x] }
    // [a, b] as [1, a, 1, b], read as [r, a, s, b]; an axis that is not repeated stays whole.
    var (space, strides): ([Int], [Int]) = ([], [])
    for (axis, (count, stride)) in zip(call.input(1).integers, x.shape.strides).enumerated() {
      space += count == 1 ? [x.shape[axis]] : [count, x.shape[axis]]
      strides += count == 1 ? [stride] : [0, stride]
    }
    let tiled = copied(x, to: TensorType(x.dtype, Shape(space)), strides: strides)
    return tiled.map { [$0[0].reshaped(to: type.shape)] }
  }
}
