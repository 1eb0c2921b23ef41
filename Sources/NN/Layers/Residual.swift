import Autograd
import GraphIR

/// The sum of two paths: layers, and a shortcut past them. Source: arXiv:1512.03385.
public struct Residual: Layer {
  /// `residual`.
  public static let kind = "residual"
  /// The long path.
  public let layers: [any Layer]
  /// The short path; without layers, the input itself.
  public let shortcut: [any Layer]

  /// A residual block.
  public init(_ layers: [any Layer], shortcut: [any Layer] = []) {
    self.layers = layers
    self.shortcut = shortcut
  }

  /// [batch, …] to the sum of both paths' outputs, which must have one shape.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    let long = try scope.apply(layers, to: x, of: scope.name)
    let short = try scope.child("shortcut").apply(shortcut, to: x, of: "\(scope.name), shortcut")
    guard long.shape == short.shape else {
      throw NNError(
        .shape,
        "\(scope.name): the layers output samples of \(Shape(long.shape.dropFirst())), the shortcut of "
          + "\(Shape(short.shape.dropFirst())), expected equal shapes")
    }
    return long + short
  }
}
