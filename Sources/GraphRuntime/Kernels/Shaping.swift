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

  /// DepthToSpace and SpaceToDepth: one copy in six dimensions.
  static func blocks(_ call: EvaluationContext) -> [TensorValue]? {
    let (x, type) = (call.input(0), call.outputs[0])
    guard let block = call.attributes.int("blocksize") else { return nil }
    let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let split: Shape
    let order: [Int]
    if call.op == .spaceToDepth {
      (split, order) = ([n, c, h / block, block, w / block, block], [0, 3, 5, 1, 2, 4])
    } else if call.attributes.string("mode") == "DCR" {
      (split, order) = ([n, block, block, c / block / block, h, w], [0, 3, 4, 1, 5, 2])
    } else {
      (split, order) = ([n, c / block / block, block, block, h, w], [0, 1, 4, 2, 5, 3])
    }
    let strides = split.strides
    let moved = copied(x, to: TensorType(x.dtype, Shape(order.map { split[$0] })), strides: order.map { strides[$0] })
    return moved.map { [$0[0].reshaped(to: type.shape)] }
  }

  static func tile(_ call: EvaluationContext) -> [TensorValue]? {
    let (x, type) = (call.input(0), call.outputs[0])
    if x.shape == type.shape { return [x] }
    // [a, b] as [1, a, 1, b], read as [r, a, s, b]. An axis without repetition stays whole.
    var (space, strides): ([Int], [Int]) = ([], [])
    for (axis, (count, stride)) in zip(call.input(1).integers, x.shape.strides).enumerated() {
      space += count == 1 ? [x.shape[axis]] : [count, x.shape[axis]]
      strides += count == 1 ? [stride] : [0, stride]
    }
    let tiled = copied(x, to: TensorType(x.dtype, Shape(space)), strides: strides)
    return tiled.map { [$0[0].reshaped(to: type.shape)] }
  }
}
