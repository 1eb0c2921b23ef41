import GraphIR

extension Tensor {
  /// Sums of products of elements: PyTorch's `einsum` with ONNX's equations.
  ///
  /// Every axis of an operand has a letter. `...` stands for any number of axes, which broadcast. The result has the
  /// axes after `->` and is summed over all others. Without an arrow it has the axes of the ellipsis and, in
  /// alphabetical order, the letters that occur once. For example `"bqd,bkd->bqk"`, `"...ij->...ji"`, or `"ii"` for a
  /// trace.
  ///
  /// - Throws: `GraphError` if the equation can't be parsed or does not fit the operands.
  public static func einsum(_ equation: String, _ operands: Tensor...) throws -> Tensor {
    try apply(.einsum, operands, ["equation": .string(equation)])[0]
  }
}
