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
  /// x where x > 0, otherwise `alpha` · (eˣ - 1).
  public static func elu(_ alpha: Float = 1) -> Activation {
    Activation(op: .elu, attributes: ["alpha": .float(alpha)])
  }
  /// The self-normalising unit, arXiv:1706.02515.
  public static let selu = Activation(op: .selu, attributes: [:])
  /// x where x > 0, otherwise `alpha` · (exp(x / `alpha`) - 1).
  public static func celu(_ alpha: Float = 1) -> Activation {
    Activation(op: .celu, attributes: ["alpha": .float(alpha)])
  }
  /// x · Φ(x) with the normal distribution's Φ, arXiv:1606.08415.
  public static let gelu = Activation(op: .gelu, attributes: [:])
  /// The approximation of ``gelu`` by a hyperbolic tangent.
  public static let geluTanh = Activation(op: .gelu, attributes: ["approximate": .string("tanh")])
  /// x / (1 + |x|).
  public static let softsign = Activation(op: .softsign, attributes: [:])
  /// x / 6 + 1/2, at least 0 and at most 1, as in PyTorch.
  public static let hardSigmoid = Activation(op: .hardSigmoid, attributes: ["alpha": .float(1 / 6)])
  /// x times ``hardSigmoid`` of x.
  public static let hardSwish = Activation(op: .hardSwish, attributes: [:])
  /// x · tanh(log(1 + eˣ)).
  public static let mish = Activation(op: .mish, attributes: [:])
  /// x where x > `threshold`, otherwise 0.
  public static func thresholdedRelu(_ threshold: Float = 1) -> Activation {
    Activation(op: .thresholdedRelu, attributes: ["alpha": .float(threshold)])
  }

  /// Applies the function to every element.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor { try apply(op, [x], attributes)[0] }
}

/// x · σ(x), also known as swish.
public struct SiLU: Layer {
  /// `silu`.
  public static let kind = "silu"

  /// The layer.
  public init() {}

  /// Applies the function to every element.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor { x.silu() }
}

/// x where x >= 0, otherwise w · x with a learned w, arXiv:1502.01852.
public struct PReLU: Layer {
  /// `prelu`.
  public static let kind = "prelu"
  /// Whether each channel (axis 1) has its own w.
  public let perChannel: Bool
  /// The initial w.
  public let initialSlope: Float

  /// Creates a layer with PyTorch's defaults.
  public init(perChannel: Bool = false, initialSlope: Float = 0.25) {
    self.perChannel = perChannel
    self.initialSlope = initialSlope
  }

  /// Applies the function to every element.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    guard !perChannel || x.shape.rank >= 2 else {
      throw NNError(.shape, "\(scope.name): the input is \(x.shape), expected [batch, channels, …]")
    }
    let count = perChannel ? x.shape[1] : 1
    let weight = try scope.parameter("weight", [count], .constant(initialSlope))
    let trailing = [Int](repeating: 1, count: max(x.shape.rank - 2, 0))
    return try apply(.prelu, [x, perChannel ? weight.reshaped([count] + trailing) : weight])[0]
  }
}

/// Merges all axes but the first.
public struct Flatten: Layer {
  /// `flatten`.
  public static let kind = "flatten"

  /// A flattening layer.
  public init() {}

  /// [batch, …] to [batch, features].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor { x.flattened(start: 1) }
}

/// Reshapes every sample.
public struct Unflatten: Layer {
  /// `unflatten`.
  public static let kind = "unflatten"
  /// The shape of a sample.
  public let shape: [Int]

  /// Creates a layer whose output samples have the given shape.
  public init(_ shape: [Int]) { self.shape = shape }

  /// [batch, …] to [batch] + shape.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    guard shape.allSatisfy({ $0 > 0 }), shape.reduce(1, *) == x.shape.dropFirst().reduce(1, *) else {
      throw NNError(
        .shape, "\(scope.name): a sample is \(Shape(x.shape.dropFirst())), expected as many elements as in \(shape)")
    }
    return x.reshaped([0] + shape)
  }
}
