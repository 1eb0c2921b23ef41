import Autograd
import GraphIR

/// A vector for each class, a row of a table: PyTorch's `Embedding`.
public struct Embedding: Layer {
  /// `embedding`.
  public static let kind = "embedding"
  /// The number of classes.
  public let classes: Int
  /// The number of outputs.
  public let outputs: Int

  /// Creates a layer for labels from 0 to `classes` − 1.
  public init(_ classes: Int, _ outputs: Int) {
    self.classes = classes
    self.outputs = outputs
  }

  /// Labels [batch] of int64 to [batch, outputs]. The table starts with uniform values of variance 1; PyTorch's are
  /// normal.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    guard classes > 0, outputs > 0 else {
      throw NNError(.setting, "\(scope.name): \(classes) classes and \(outputs) outputs, expected at least 1")
    }
    guard x.dtype == .int64, x.shape.rank == 1 else {
      throw NNError(.shape, "\(scope.name): the input is \(x.type), expected labels [batch] of int64")
    }
    let table = try scope.parameter("weight", [classes, outputs], .uniform(bound: Float(3).squareRoot()))
    return table.indexSelect(axis: 0, index: x)
  }
}
