import Autograd
import GraphIR

/// The leading part of every axis of a sample: `x[:, :channels, :height, :width]`.
public struct Crop: Layer {
  /// `crop`.
  public static let kind = "crop"
  /// The shape of a sample.
  public let shape: [Int]

  /// Creates a layer whose output samples have the given shape.
  public init(_ shape: [Int]) { self.shape = shape }

  /// [batch, …] to [batch] + shape.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    let sample = Array(x.shape.dropFirst())
    guard sample.count == shape.count, zip(shape, sample).allSatisfy({ $0 > 0 && $0 <= $1 }) else {
      throw NNError(.shape, "\(scope.name): a sample is \(Shape(sample)), expected extents of at least \(shape)")
    }
    return shape.indices.reduce(x) { x, axis in
      shape[axis] == sample[axis] ? x : x.sliced(axis: axis + 1, from: 0, to: shape[axis])
    }
  }
}
