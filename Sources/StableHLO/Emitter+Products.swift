import GraphIR

extension Emitter {
  // XLA may compute products of float32 with fewer bits otherwise.
  private static let precision = (
    "precision_config", "[#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]"
  )

  /// Adds matrix products `[batch…, m, k] × [batch…, k, n]`; `k` is axis `a` of the first and `b` of the second.
  func dot(_ x: Value, _ y: Value, contracting a: Int, _ b: Int, batch: Int = 0) -> Value {
    let axes = Array(0..<batch)
    func free(_ shape: Shape, _ contracted: Int) -> [Int] {
      shape.indices.filter { $0 >= batch && $0 != contracted }.map { shape[$0] }
    }
    let numbers =
      "#stablehlo.dot<lhs_batching_dimensions = \(axes), rhs_batching_dimensions = \(axes), "
      + "lhs_contracting_dimensions = [\(a)], rhs_contracting_dimensions = [\(b)]>"
    return operation(
      "dot_general", [x, y], [("dot_dimension_numbers", numbers), Self.precision],
      to: TensorType(x.dtype, Shape(x.shape.prefix(batch) + free(x.shape, a) + free(y.shape, b))))
  }

  /// The geometry of a convolution along each spatial axis.
  struct ConvolutionWindow {
    let strides, before, after, dilations, kernelDilations: [Int]
    let isReversed: Bool
  }

  /// Adds a convolution of `[N, C, …]` to `[N, M, …]`. The first two axes of the weights are `M, C / groups`, or
  /// `C / groups, M` with `inputFirst`.
  func convolution(
    _ x: Value, _ weights: Value, _ window: ConvolutionWindow, groups: Int, inputFirst: Bool = false, to shape: Shape
  ) -> Value {
    let spatial = window.strides.indices.map(String.init).joined(separator: ", ")
    return operation(
      "convolution", [x, weights],
      [
        ("batch_group_count", "1 : i64"), ("feature_group_count", "\(groups) : i64"),
        (
          "dimension_numbers",
          "#stablehlo.conv<[b, f, \(spatial)]x[\(inputFirst ? "i, o" : "o, i"), \(spatial)]->[b, f, \(spatial)]>"
        ),
        ("window_strides", window.strides.mlir), ("padding", Self.pairs(window.before, window.after)),
        ("lhs_dilation", window.dilations.mlir), ("rhs_dilation", window.kernelDilations.mlir),
        (
          "window_reversal",
          "array<i1: \(window.strides.map { _ in "\(window.isReversed)" }.joined(separator: ", "))>"
        ), Self.precision,
      ], to: TensorType(x.dtype, shape))
  }
}
