import CKernels
import GraphIR

extension Kernels {
  /// A function of one number, with its parameters.
  static func unary(_ op: ZKUnary, _ call: EvaluationContext, _ a: Float? = nil, _ b: Float? = nil) -> [TensorValue]? {
    unary(op, call, Double(a ?? 0), Double(b ?? 0))
  }

  /// alpha · (exp(x / alpha) - 1) below zero.
  static func celu(_ call: EvaluationContext) -> [TensorValue]? {
    let alpha = Double(call.attributes.float("alpha") ?? 1)
    return unary(.elu, call, alpha, 1 / alpha)
  }

  private static func unary(_ op: ZKUnary, _ call: EvaluationContext, _ a: Double, _ b: Double) -> [TensorValue]? {
    let (x, y) = (call.input(0), TensorValue(uninitialized: call.outputs[0]))
    let isRun = zk_unary(
      op, x.dtype.kernelType, a, b, x.count, x.storage.pointer, y.storage.pointer)
    return isRun ? [y] : nil
  }

  static func binary(_ op: ZKBinary, _ call: EvaluationContext) -> [TensorValue]? {
    binary(op, call.input(0), call.input(1), to: call.outputs[0]).map { [$0] }
  }

  /// A base and an exponent of two types meet in double precision. An exponent that is a number, such as the common 2, becomes
  /// one of the base's type if that is exact.
  static func pow(_ call: EvaluationContext) -> [TensorValue]? {
    let (base, exponent, type) = (call.input(0), call.input(1), call.outputs[0])
    if base.dtype == exponent.dtype { return binary(.pow, call) }
    if exponent.count == 1, let number = exponent.doubles.first, let exact = convert(exponent, to: base.dtype),
      exact.doubles == [number], abs(number) <= 0x1p53
    {
      return binary(.pow, base, exact, to: type).map { [$0] }
    }
    guard let wideBase = convert(base, to: .float64), let wideExponent = convert(exponent, to: .float64),
      let wide = binary(.pow, wideBase, wideExponent, to: TensorType(.float64, type.shape))
    else { return nil }
    return convert(wide, to: type.dtype).map { [$0] }
  }

  /// Max and Min of any number of inputs, from the left.
  static func variadic(_ op: ZKBinary, _ call: EvaluationContext) -> [TensorValue]? {
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

  private static func binary(_ op: ZKBinary, _ a: TensorValue, _ b: TensorValue, to type: TensorType) -> TensorValue? {
    guard var layout = ZKLayout(type.shape, a.shape, b.shape) else { return nil }
    let out = TensorValue(uninitialized: type)
    let isRun = withExtendedLifetime((a, b)) {
      zk_binary(op, type.dtype.kernelType, &layout, a.storage.pointer, b.storage.pointer, out.storage.pointer)
    }
    return isRun ? out : nil
  }

  static func compare(_ op: ZKCompare, _ call: EvaluationContext) -> [TensorValue]? {
    let (a, b, type) = (call.input(0), call.input(1), call.outputs[0])
    guard var layout = ZKLayout(type.shape, a.shape, b.shape) else { return nil }
    let out = TensorValue(uninitialized: type)
    let pointer = out.storage.pointer
    return zk_compare(op, a.dtype.kernelType, &layout, a.storage.pointer, b.storage.pointer, pointer) ? [out] : nil
  }

  static func select(_ call: EvaluationContext) -> [TensorValue]? {
    let (condition, a, b, type) = (call.input(0), call.input(1), call.input(2), call.outputs[0])
    guard var layout = ZKLayout(type.shape, condition.shape, a.shape, b.shape) else { return nil }
    let out = TensorValue(uninitialized: type)
    let isRun = zk_where(
      type.dtype.byteCount, &layout, condition.storage.pointer, a.storage.pointer, b.storage.pointer,
      out.storage.pointer)
    return isRun ? [out] : nil
  }

  static func cast(_ call: EvaluationContext) -> [TensorValue]? {
    convert(call.input(0), to: call.outputs[0].dtype).map { [$0] }
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

  static func leakyReluGrad(_ call: EvaluationContext) -> [TensorValue]? {
    let (g, x, y) = (call.input(0), call.input(1), TensorValue(uninitialized: call.outputs[0]))
    let isRun = zk_leaky_relu_grad(
      x.dtype.kernelType, Double(call.attributes.float("alpha") ?? 0), x.count, g.storage.pointer, x.storage.pointer,
      y.storage.pointer)
    return isRun ? [y] : nil
  }
}
