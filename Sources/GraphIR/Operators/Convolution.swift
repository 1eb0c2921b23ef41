/// Convolution, its transpose and the gradient of its weights.
///
/// All three derive from one trilinear form, with sums over n, g, c, m and over the taps (i, o, k) of the window,
///
///     Σ X[n, (g, c), i] · W[(g, m), c, k] · Y[n, (g, m), o].
///
/// They are its derivatives with respect to Y (`Conv`), X (`ConvTranspose`) and W (`ConvWeightGrad`). So the
/// derivatives of the three are again these three, at every order.
enum Convolution {
  private static let windowAttributes: [AttributeSpecification] = [
    .optional("dilations", .ints), .defaulted("group", .int(1)), .optional("pads", .ints), .optional("strides", .ints),
  ]
  private static let paddedAttributes: [AttributeSpecification] =
    windowAttributes + [.defaulted("auto_pad", .string("NOTSET")), .optional("kernel_shape", .ints)]

  /// Y[n, (g, m), o] = B[(g, m)] + Σ X[n, (g, c), i] · W[(g, m), c, k].
  static let conv = OpDefinition(
    Signature(
      since: 11, [Formal("X", .floating, "T"), Formal("W", .floating, "T"), Formal("B", .floating, "T", .optional)],
      to: [Formal("Y", .floating, "T")], attributes: paddedAttributes),
    traits: .init(.product, .rounded),
    infer: { context in
      let (x, w) = (context.input(0), context.input(1))
      let problem = try ConvolutionShape(conv: x.shape, w.shape, context.attributes, context.error)
      try checkBias(context, channels: problem.y[1])
      return [TensorType(x.dtype, problem.y)]
    },
    evaluate: { context in
      let (x, w) = (context.input(0), context.input(1))
      let problem = try ConvolutionShape(conv: x.shape, w.shape, context.attributes) { GraphError($0, $1) }
      var y = bias(context)
      let (input, weights) = (x.doubles, w.doubles)
      problem.forEachTerm { x, w, index in y[index] += input[x] * weights[w] }
      return [rounded(y, context)]
    })

  /// Y[n, (g, c), i] = B[(g, c)] + Σ X[n, (g, m), o] · W[(g, m), c, k]: X and Y are the Y and X of a convolution.
  ///
  /// `output_shape` and `output_padding` add elements at the end of each axis. As in ONNX Runtime, auto_pad SAME
  /// outputs less than input · stride if the window does not reach that far.
  static let convTranspose = OpDefinition(
    Signature(
      since: 11, [Formal("X", .floating, "T"), Formal("W", .floating, "T"), Formal("B", .floating, "T", .optional)],
      to: [Formal("Y", .floating, "T")],
      attributes: paddedAttributes + [.optional("output_padding", .ints), .optional("output_shape", .ints)]),
    traits: .init(.product, .rounded),
    infer: { context in
      let (x, w) = (context.input(0), context.input(1))
      let problem = try ConvolutionShape(transpose: x.shape, w.shape, context.attributes, context.error)
      try checkBias(context, channels: problem.x[1])
      return [TensorType(x.dtype, problem.x)]
    },
    evaluate: { context in
      let (x, w) = (context.input(0), context.input(1))
      let problem = try ConvolutionShape(transpose: x.shape, w.shape, context.attributes) { GraphError($0, $1) }
      var y = bias(context)
      let (input, weights) = (x.doubles, w.doubles)
      problem.forEachTerm { index, w, x in y[index] += input[x] * weights[w] }
      return [rounded(y, context)]
    })

  /// dW[(g, m), c, k] = Σ X[n, (g, c), i] · dY[n, (g, m), o]: the gradient of a convolution's W.
  static let convWeightGrad = OpDefinition(
    Signature(
      domain: Signature.privateDomain, since: 1, [Formal("X", .floating, "T"), Formal("dY", .floating, "T")],
      to: [Formal("dW", .floating, "T")], attributes: windowAttributes + [.required("kernel_shape", .ints)]),
    traits: .init(.product, .rounded),
    infer: { context in
      let (x, dy) = (context.input(0), context.input(1))
      let problem = try ConvolutionShape(weightGrad: x.shape, dy.shape, context.attributes, context.error)
      return [TensorType(x.dtype, problem.w)]
    },
    evaluate: { context in
      let (x, dy) = (context.input(0), context.input(1))
      let problem = try ConvolutionShape(weightGrad: x.shape, dy.shape, context.attributes) { GraphError($0, $1) }
      var dw = [Double](repeating: 0, count: context.outputs[0].shape.elementCount)
      let (input, gradient) = (x.doubles, dy.doubles)
      problem.forEachTerm { x, index, dy in dw[index] += input[x] * gradient[dy] }
      return [rounded(dw, context)]
    },
    composition: { composer in
      let (x, dy) = (composer.input(0), composer.input(1))
      let problem = try ConvolutionShape(
        weightGrad: composer.shape(x), composer.shape(dy), composer.attributes
      ) { GraphError($0, $1) }
      return [try composedWeightGrad(composer, problem, x, dy)]
    })

  /// Composes the gradient of the weights as a convolution with batch c, channels n and window dY. Strides and
  /// dilations are exchanged.
  private static func composedWeightGrad(
    _ composer: Composer, _ problem: ConvolutionShape, _ x: CompositionValue, _ dy: CompositionValue
  ) throws -> CompositionValue {
    let axes = problem.window.axes
    let spatial = Array(2..<axes.count + 2)
    func transposed(_ value: CompositionValue, _ order: [Int]) throws -> CompositionValue {
      try composer.call(.transpose, value, attributes: ["perm": .ints(order)])
    }
    var images = x
    if problem.groups > 1 {
      // From [n, (g, c), …] to [c, (g, n), …].
      func reshaped(_ value: CompositionValue, _ extents: [Int]) throws -> CompositionValue {
        let attributes: Attributes = problem.x[0] == 0 ? ["allowzero": .int(1)] : [:]
        return try composer.call(
          .reshape, value, composer.integers(extents + problem.window.input), attributes: attributes)
      }
      let (batch, channels) = (problem.x[0], problem.x[1] / problem.groups)
      let apart = try reshaped(x, [Swift.max(batch, 0), problem.groups, channels])
      images = try reshaped(
        transposed(apart, [2, 1, 0] + spatial.map { $0 + 1 }), [channels, batch < 0 ? -1 : problem.groups * batch])
    } else {
      images = try transposed(x, [1, 0] + spatial)
    }
    let full = try composer.call(
      .conv, images, transposed(dy, [1, 0] + spatial),
      attributes: [
        "strides": .ints(axes.map(\.dilation)), "dilations": .ints(axes.map(\.stride)),
        "pads": .ints(axes.map(\.before) + axes.map(\.after)), "group": .int(problem.groups),
      ])
    // With elements behind the last window, the window of this convolution slides on beyond the kernel.
    let kernel = try composer.call(
      .slice, full, composer.integers(axes.map { _ in 0 }), composer.integers(problem.window.kernel),
      composer.integers(spatial))
    return try transposed(kernel, [1, 0] + spatial)
  }

  private static func checkBias(_ context: InferenceContext, channels: Int) throws {
    guard context.has(2), context.input(2).shape != [channels] else { return }
    throw context.error(.shape, "B is \(context.input(2).shape), expected \(Shape([channels]))")
  }

  /// Returns the output filled with the bias of each channel.
  private static func bias(_ context: EvaluationContext) -> [Double] {
    let shape = context.outputs[0].shape
    var numbers = [Double](repeating: 0, count: shape.elementCount)
    guard let bias = context.optional(2)?.doubles else { return numbers }
    let inner = shape.dropFirst(2).reduce(1, *)
    for index in numbers.indices { numbers[index] = bias[index / inner % shape[1]] }
    return numbers
  }

  private static func rounded(_ numbers: [Double], _ context: EvaluationContext) -> TensorValue {
    Elementwise.convert(TensorValue(numbers, shape: context.outputs[0].shape), to: context.outputs[0].dtype)
  }
}
