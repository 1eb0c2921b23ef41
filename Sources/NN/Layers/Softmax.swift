import Autograd
import GraphIR

/// eˣ / Σ eˣ along an axis: numbers become probabilities. A loss on logits has a smaller rounding error than one on
/// these.
public struct Softmax: Layer {
  /// `softmax`.
  public static let kind = "softmax"
  /// The axis along which the results sum to 1.
  public let axis: Int

  /// Creates a softmax along `axis`, by default the last axis.
  public init(axis: Int = -1) { self.axis = axis }

  /// The probabilities, of the input's shape.
  ///
  /// - Throws: `GraphError` if the input lacks the axis, ``NNError`` if the axis has one number.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    try scope.check(.softmax, x, ["axis": .int(axis)])
    return try apply(.softmax, [x], ["axis": .int(axis)])[0]
  }
}
