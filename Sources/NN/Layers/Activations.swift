import Autograd
import GraphIR

/// An elementwise function without parameters.
public struct Activation: Layer {
  /// `activation`.
  public static let kind = "activation"
  /// The operator.
  public let op: Op
  /// Its attributes.
  public let attributes: Attributes

  /// tanh x.
  public static let tanh = Activation(op: .tanh, attributes: [:])
  /// 1 / (1 + e⁻ˣ).
  public static let sigmoid = Activation(op: .sigmoid, attributes: [:])
  /// max(x, 0).
  public static let relu = Activation(op: .relu, attributes: [:])
  /// log(1 + eˣ).
  public static let softplus = Activation(op: .softplus, attributes: [:])
  /// x where x > 0, otherwise `slope` · x.
  public static func leakyRelu(_ slope: Float = 0.01) -> Activation {
    Activation(op: .leakyRelu, attributes: ["alpha": .float(slope)])
  }

  /// The function of every element.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor { try apply(op, [x], attributes)[0] }
}

/// All axes but the first as one.
public struct Flatten: Layer {
  /// `flatten`.
  public static let kind = "flatten"

  /// A flattening layer.
  public init() {}

  /// [batch, …] to [batch, features].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor { x.flattened(from: 1) }
}

/// Every sample under another shape.
public struct Unflatten: Layer {
  /// `unflatten`.
  public static let kind = "unflatten"
  /// The shape of a sample.
  public let shape: [Int]

  /// A layer that gives samples of `shape`.
  public init(_ shape: [Int]) { self.shape = shape }

  /// [batch, …] to [batch] + shape.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    guard shape.allSatisfy({ $0 > 0 }), shape.reduce(1, *) == x.shape.dropFirst().reduce(1, *) else {
      throw NNError(.shape, "\(scope.name): a sample is \(Shape(x.shape.dropFirst())), which does not fill \(shape)")
    }
    return x.reshaped([0] + shape)
  }
}
