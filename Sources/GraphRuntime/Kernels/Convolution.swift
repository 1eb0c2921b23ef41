import CKernels
import GraphIR

extension Kernels {
  static func convolve(_ result: ZKConvolutionResult, _ call: EvaluationContext) throws -> [TensorValue]? {
    let (first, second, bias, type) = (call.input(0), call.input(1), call.optional(2), call.outputs[0])
    let shape = try result.shape(first.shape, second.shape, call.attributes)
    guard var problem = ZKConvolution(shape, hasBias: bias != nil) else { return nil }
    let out = TensorValue(uninitialized: type)
    return withExtendedLifetime((first, second, bias)) {
      zk_convolution(
        result, type.dtype.kernelType, &problem, first.storage.pointer, second.storage.pointer, bias?.storage.pointer,
        out.storage.pointer) ? [out] : nil
    }
  }
}

extension ZKConvolutionResult {
  /// The convolution with this operand, from the shapes of the other two in their operator's order.
  ///
  /// - Throws: `GraphError` for shapes that do not fit.
  func shape(_ first: Shape, _ second: Shape, _ attributes: ResolvedAttributes) throws -> ConvolutionShape {
    let failure: SlidingWindow.Failure = { GraphError($0, $1) }
    return switch self {
    case .Y: try ConvolutionShape(conv: first, second, attributes, failure)
    case .X: try ConvolutionShape(transpose: first, second, attributes, failure)
    case .W: try ConvolutionShape(weightGrad: first, second, attributes, failure)
    }
  }
}

extension ZKConvolution {
  /// Returns nil for more spatial axes than the kernels support.
  init?(_ shape: ConvolutionShape, hasBias: Bool) {
    guard let window = ZKWindow(shape.window) else { return nil }
    self.init(
      batch: shape.x[0], groups: shape.groups, channels: shape.w[1], rows: shape.w[0] / shape.groups, window: window,
      has_bias: hasBias ? 1 : 0)
  }
}

extension ZKWindow {
  /// Returns nil for more spatial axes than the kernels support.
  init?(_ window: SlidingWindow) {
    let axes = window.axes
    guard axes.count <= 3 else { return nil }
    /// A number per axis, preceded by `filler` for missing axes.
    func each(_ filler: Int, _ number: (WindowAxis) -> Int) -> (Int, Int, Int) {
      let numbers = [Int](repeating: filler, count: 3 - axes.count) + axes.map(number)
      return (numbers[0], numbers[1], numbers[2])
    }
    self.init(
      rank: axes.count, input: each(1, \.input), output: each(1, \.output), kernel: each(1, \.kernel),
      stride: each(1, \.stride), dilation: each(1, \.dilation), before: each(0, \.before), after: each(0, \.after))
  }
}
