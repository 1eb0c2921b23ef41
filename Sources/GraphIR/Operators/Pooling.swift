/// The maximum or the mean under a sliding window, or of whole images.
enum Pooling {
  private static func attributes(_ more: [AttributeSpecification]) -> [AttributeSpecification] {
    [
      .defaulted("auto_pad", .string("NOTSET")), .defaulted("ceil_mode", .int(0)), .optional("dilations", .ints),
      .required("kernel_shape", .ints), .optional("pads", .ints), .optional("strides", .ints),
    ] + more
  }

  /// The maximum under each window and its row-major index in X. With `storage_order` 1, the index is column-major
  /// within an image. As in PyTorch, the first of equal elements is taken, and any NaN is the maximum.
  static let maxPool = OpDefinition(
    Signature(
      since: 12, [Formal("X", .floating, "T")],
      to: [Formal("Y", .floating, "T"), Formal("Indices", .integer, nil, .optional)],
      attributes: attributes([.defaulted("storage_order", .int(0))])),
    traits: .init(.other, .exact),
    infer: { context in
      let order = context.attributes.int("storage_order") ?? 0
      guard 0...1 ~= order else { throw context.error(.attribute, "storage_order is \(order), expected 0 or 1") }
      let shape = try pooledShape(context)
      let types = [TensorType(context.input(0).dtype, shape), TensorType(.int64, shape)]
      return Array(types.prefix(context.outputCount))
    },
    evaluate: { context in
      let (x, type) = (context.input(0), context.outputs[0])
      let window = try SlidingWindow(pooling: x.shape, context.attributes) { GraphError($0, $1) }
      let (numbers, taps) = (x.doubles, window.taps)
      var best = [Double](repeating: -.infinity, count: type.shape.elementCount)
      var indices = [Int](repeating: -1, count: best.count)
      let (input, output) = (window.input.reduce(1, *), window.output.reduce(1, *))
      for image in 0..<type.shape.prefix(2).reduce(1, *) {
        for tap in taps {
          let (place, source) = (image * output + tap.output, image * input + tap.input)
          if indices[place] < 0 || numbers[source] > best[place] || numbers[source].isNaN {
            (best[place], indices[place]) = (numbers[source], source)
          }
        }
      }
      if context.attributes.int("storage_order") == 1 {
        indices = indices.map { $0 - $0 % input + columnMajor($0 % input, in: window.input) }
      }
      let y = Elementwise.convert(TensorValue(best, shape: type.shape), to: type.dtype)
      let positions = TensorValue(integers: indices).reshaped(to: type.shape)
      return Array([y, positions].prefix(context.outputs.count))
    })

  /// The mean under each window. Padding counts as zeros with `count_include_pad`, otherwise not at all. Elements that
  /// `ceil_mode` adds beyond the padding never count.
  static let averagePool = OpDefinition(
    Signature(
      since: 19, [Formal("X", .floating, "T")], to: [Formal("Y", .floating, "T")],
      attributes: attributes([.defaulted("count_include_pad", .int(0))])),
    traits: .init(.other, .rounded),
    infer: { [TensorType($0.input(0).dtype, try pooledShape($0))] },
    evaluate: { context in
      let (x, type) = (context.input(0), context.outputs[0])
      let window = try SlidingWindow(pooling: x.shape, context.attributes) { GraphError($0, $1) }
      let (numbers, taps) = (x.doubles, window.taps)
      let counts = window.counts(includingPadding: context.attributes.flag("count_include_pad"))
      var y = [Double](repeating: 0, count: type.shape.elementCount)
      let (input, output) = (window.input.reduce(1, *), window.output.reduce(1, *))
      for image in 0..<type.shape.prefix(2).reduce(1, *) {
        for tap in taps { y[image * output + tap.output] += numbers[image * input + tap.input] }
      }
      for index in y.indices { y[index] /= counts[index % output] }
      return [Elementwise.convert(TensorValue(y, shape: type.shape), to: type.dtype)]
    },
    composition: { composer in
      let x = composer.input(0)
      let type = try composer.type(x)
      let window = try SlidingWindow(pooling: type.shape, composer.attributes) { GraphError($0, $1) }
      guard type.shape[1] > 0, window.output.allSatisfy({ $0 > 0 }) else {
        throw GraphError(
          .unsupported, "AveragePool of \(type.shape) has no composition: expected known channels and extents")
      }
      // The sum is a convolution with ones, with one group for each channel.
      let ones = TensorType(type.dtype, Shape([type.shape[1], 1] + window.kernel))
      let axes = window.axes
      let sums = try composer.call(
        .conv, x, composer.constant(TensorValue(repeating: 1, type: ones)),
        attributes: [
          "strides": .ints(axes.map(\.stride)), "dilations": .ints(axes.map(\.dilation)), "group": .int(type.shape[1]),
          "pads": .ints(axes.map(\.before) + axes.map { $0.after - Swift.min(0, $0.remainder) }),
        ])
      let counts = window.counts(includingPadding: composer.attributes.flag("count_include_pad"))
      let divisor = TensorValue(counts, shape: Shape([1, 1] + window.output))
      return [try composer.call(.div, sums, composer.constant(Elementwise.convert(divisor, to: type.dtype)))]
    })

  /// The mean of each image.
  static let globalAveragePool = OpDefinition(
    Signature(since: 1, [Formal("X", .floating, "T")], to: [Formal("Y", .floating, "T")]),
    traits: .init(.reduction, .rounded),
    infer: { [TensorType($0.input(0).dtype, try globalShape($0))] },
    evaluate: { context in
      [reduceImages(context) { $0.reduce(0, +) / Double($0.count) }]
    },
    composition: { composer in
      let axes = composer.integers(Array(try composer.shape(composer.input(0)).indices.dropFirst(2)))
      return [try composer.call(.reduceMean, composer.input(0), axes)]
    })

  /// The maximum of each image. As in MaxPool, the first of equal elements has the derivative.
  static let globalMaxPool = OpDefinition(
    Signature(since: 1, [Formal("X", .floating, "T")], to: [Formal("Y", .floating, "T")]),
    traits: .init(.reduction, .exact),
    infer: { [TensorType($0.input(0).dtype, try globalShape($0))] },
    evaluate: { context in
      [reduceImages(context) { $0.contains(where: \.isNaN) ? .nan : $0.reduce(-.infinity, Swift.max) }]
    },
    composition: { composer in
      let shape = try composer.shape(composer.input(0))
      return [
        try composer.call(.maxPool, composer.input(0), attributes: ["kernel_shape": .ints(Array(shape.dropFirst(2)))])
      ]
    })

  private static func pooledShape(_ context: InferenceContext) throws -> Shape {
    let shape = context.input(0).shape
    let window = try SlidingWindow(pooling: shape, context.attributes, context.error)
    return Shape(shape.prefix(2) + window.output)
  }

  private static func globalShape(_ context: InferenceContext) throws -> Shape {
    let shape = context.input(0).shape
    guard shape.rank > 2, !shape.dropFirst(2).contains(0) else {
      throw context.error(.shape, "X is \(shape), expected [N, C, …] with at least one element in an image")
    }
    return Shape(shape.prefix(2) + shape.dropFirst(2).map { _ in 1 })
  }

  private static func reduceImages(_ context: EvaluationContext, _ reduce: (ArraySlice<Double>) -> Double)
    -> TensorValue
  {
    let (numbers, type) = (context.input(0).doubles, context.outputs[0])
    let size = context.input(0).shape.dropFirst(2).reduce(1, *)
    let results = (0..<type.shape.elementCount).map { reduce(numbers[$0 * size..<($0 + 1) * size]) }
    return Elementwise.convert(TensorValue(results, shape: type.shape), to: type.dtype)
  }

  /// Returns the column-major index of the image's element with row-major index `index`.
  private static func columnMajor(_ index: Int, in extents: [Int]) -> Int {
    zip(Shape(extents).strides, extents).reversed().reduce(0) { $0 * $1.1 + index / $1.0 % $1.1 }
  }
}

extension SlidingWindow {
  /// Creates the window of a pooling over `shape`. Each position must cover at least one element.
  ///
  /// - Throws: the error that `failure` returns.
  public init(pooling shape: Shape, _ attributes: ResolvedAttributes, _ failure: @escaping Failure) throws {
    try self.init(over: shape, kernel: attributes.ints("kernel_shape") ?? [], attributes, failure)
    for (index, axis) in axes.enumerated() {
      guard Swift.max(axis.before, axis.after) < axis.span,
        axis.input < 0 || axis.before == 0 || axis.dilation <= axis.input
      else {
        throw failure(
          .attribute,
          "along axis \(index + 2) of \(shape) a window would lie over padding alone: it spans \(axis.span) "
            + "elements with dilation \(axis.dilation), and the pads are \(axis.before) and \(axis.after)")
      }
    }
  }

  /// Returns the number of positions of each window over elements, or over elements and padding.
  func counts(includingPadding: Bool) -> [Double] {
    axes.reduce([1.0]) { counts, axis in
      let along = (0..<axis.output).map { output -> Double in
        guard includingPadding else { return Double(axis.positions(at: output).count) }
        let room = axis.input + axis.after - 1 - (output * axis.stride - axis.before)
        return Double(Swift.min(room / axis.dilation + 1, axis.kernel))
      }
      return counts.flatMap { outer in along.map { outer * $0 } }
    }
  }
}
