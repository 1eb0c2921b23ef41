import CKernels
import GraphIR

extension Kernels {
  static func run(_ function: ElementFunction, _ call: EvaluationContext) -> [TensorValue]? {
    switch function {
    case .unary(let op, let a, let b): unary(op, call, a, b)
    case .binary(let op): binary(op, call)
    case .compare(let op): compare(op, call)
    case .cast: convert(call.input(0), to: call.outputs[0].dtype).map { [$0] }
    case .select: select(call)
    case .leakyReluGrad(let slope): leakyReluGrad(slope, call)
    }
  }

  private static func unary(_ op: ZKUnary, _ call: EvaluationContext, _ a: Double, _ b: Double) -> [TensorValue]? {
    let (x, y) = (call.input(0), TensorValue(uninitialized: call.outputs[0]))
    let isRun = zk_unary(
      op, x.dtype.kernelType, a, b, x.count, x.storage.pointer, y.storage.pointer)
    return isRun ? [y] : nil
  }

  private static func binary(_ op: ZKBinary, _ call: EvaluationContext) -> [TensorValue]? {
    guard call.inputs.count == 2 else { return variadic(op, call) }
    let (a, b) = (call.input(0), call.input(1))
    guard a.dtype == b.dtype else { return mixed(op, a, b, to: call.outputs[0]) }
    return binary(op, a, b, to: call.outputs[0]).map { [$0] }
  }

  /// Operands of two types, such as a base and its exponent, are computed in double precision. A second operand of one
  /// number, such as the common 2, is converted to the first operand's type if that is exact.
  private static func mixed(
    _ op: ZKBinary, _ a: TensorValue, _ b: TensorValue, to type: TensorType
  ) -> [TensorValue]? {
    if b.count == 1, let number = b.doubles.first, let exact = convert(b, to: a.dtype), exact.doubles == [number],
      abs(number) <= 0x1p53
    {
      return binary(op, a, exact, to: type).map { [$0] }
    }
    guard let wideA = convert(a, to: .float64), let wideB = convert(b, to: .float64),
      let wide = binary(op, wideA, wideB, to: TensorType(.float64, type.shape))
    else { return nil }
    return convert(wide, to: type.dtype).map { [$0] }
  }

  /// Combines any number of inputs, from the left.
  private static func variadic(_ op: ZKBinary, _ call: EvaluationContext) -> [TensorValue]? {
    var result = call.input(0)
    for index in call.inputs.indices.dropFirst() {
      let next = call.input(index)
      guard let shape = Shape.broadcast(result.shape, next.shape),
        let joined = binary(op, result, next, to: TensorType(result.dtype, shape))
      else { return nil }
      result = joined
    }
    return [result]
  }

  /// Whether there is code for a function of two numbers of this type.
  static func hasKernel(_ op: ZKBinary, _ type: DataType) -> Bool {
    // Without elements, nothing is read.
    guard var layout = ZKLayout([0], [0], [0]) else { return false }
    return zk_binary(op, type.kernelType, &layout, nil, nil, nil)
  }

  private static func binary(_ op: ZKBinary, _ a: TensorValue, _ b: TensorValue, to type: TensorType) -> TensorValue? {
    guard var layout = ZKLayout(type.shape, a.shape, b.shape) else { return nil }
    let out = TensorValue(uninitialized: type)
    let isRun = withExtendedLifetime((a, b)) {
      zk_binary(op, type.dtype.kernelType, &layout, a.storage.pointer, b.storage.pointer, out.storage.pointer)
    }
    return isRun ? out : nil
  }

  private static func compare(_ op: ZKCompare, _ call: EvaluationContext) -> [TensorValue]? {
    let (a, b, type) = (call.input(0), call.input(1), call.outputs[0])
    guard var layout = ZKLayout(type.shape, a.shape, b.shape) else { return nil }
    let out = TensorValue(uninitialized: type)
    let pointer = out.storage.pointer
    return zk_compare(op, a.dtype.kernelType, &layout, a.storage.pointer, b.storage.pointer, pointer) ? [out] : nil
  }

  private static func select(_ call: EvaluationContext) -> [TensorValue]? {
    let (condition, a, b, type) = (call.input(0), call.input(1), call.input(2), call.outputs[0])
    guard var layout = ZKLayout(type.shape, condition.shape, a.shape, b.shape) else { return nil }
    let out = TensorValue(uninitialized: type)
    let isRun = zk_where(
      type.dtype.byteCount, &layout, condition.storage.pointer, a.storage.pointer, b.storage.pointer,
      out.storage.pointer)
    return isRun ? [out] : nil
  }

  /// The elements as another type.
  static func convert(_ x: TensorValue, to type: DataType) -> TensorValue? {
    if x.dtype == type { return x }
    let y = TensorValue(uninitialized: TensorType(type, x.shape))
    let isRun = withExtendedLifetime(x) {
      zk_cast(x.dtype.kernelType, type.kernelType, x.count, x.storage.pointer, y.storage.pointer)
    }
    return isRun ? y : nil
  }

  static func clip(_ call: EvaluationContext) -> [TensorValue]? {
    let (x, y) = (call.input(0), TensorValue(uninitialized: call.outputs[0]))
    let (low, high) = (call.optional(1)?.storage.pointer, call.optional(2)?.storage.pointer)
    return zk_clip(x.dtype.kernelType, x.count, x.storage.pointer, low, high, y.storage.pointer) ? [y] : nil
  }

  static func isNaN(_ call: EvaluationContext) -> [TensorValue]? {
    let (x, y) = (call.input(0), TensorValue(uninitialized: call.outputs[0]))
    return zk_is_nan(x.dtype.kernelType, x.count, x.storage.pointer, y.storage.pointer) ? [y] : nil
  }

  static func isInf(_ call: EvaluationContext) -> [TensorValue]? {
    let (x, y) = (call.input(0), TensorValue(uninitialized: call.outputs[0]))
    let (positive, negative) = (call.attributes.flag("detect_positive"), call.attributes.flag("detect_negative"))
    let isRun = zk_is_inf(
      x.dtype.kernelType, positive, negative, x.count, x.storage.pointer, y.storage.pointer)
    return isRun ? [y] : nil
  }

  private static func leakyReluGrad(_ slope: Double, _ call: EvaluationContext) -> [TensorValue]? {
    let (g, x, y) = (call.input(0), call.input(1), TensorValue(uninitialized: call.outputs[0]))
    let isRun = zk_leaky_relu_grad(
      x.dtype.kernelType, slope, x.count, g.storage.pointer, x.storage.pointer, y.storage.pointer)
    return isRun ? [y] : nil
  }
}
