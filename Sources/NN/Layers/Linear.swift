import Autograd
import GraphIR

/// x · Wᵀ + b.
public struct Linear: Layer {
  /// The initialisation of weight and bias.
  public enum Initialization: Sendable, Hashable {
    /// PyTorch's default: weight and bias uniform on ±1/√inputs.
    case uniform
    /// An orthogonal weight and a bias of 0, as in actor-critic agents: gain √2 in hidden layers, 0.01 before the
    /// distribution of an action, 1 before a value.
    case orthogonal(gain: Float)
  }

  /// `linear`.
  public static let kind = "linear"
  /// The number of outputs.
  public let outputs: Int
  /// Whether there is a bias b.
  public let hasBias: Bool
  /// The initialisation of weight and bias.
  public let initialization: Initialization

  // As in RecurrentLayer, defaults and the unlabelled argument need an initialiser.

  /// Creates a layer with `outputs` outputs. The number of inputs is that of the previous layer's outputs.
  public init(_ outputs: Int, bias: Bool = true, initialization: Initialization = .uniform) {
    self.outputs = outputs
    hasBias = bias
    self.initialization = initialization
  }

  /// [batch, inputs] to [batch, outputs].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    guard outputs > 0 else { throw NNError(.setting, "\(scope.name): \(outputs) outputs, expected at least 1") }
    guard x.shape.rank == 2 else {
      throw NNError(
        .shape, "\(scope.name): the input is \(x.shape), expected [batch, features]; put a flatten layer before it")
    }
    let inputs = x.shape[1]
    let bound = Initializer.uniform(bound: 1 / Float(inputs).squareRoot())
    let (first, second): (Initializer, Initializer) =
      switch initialization {
      case .uniform: (bound, bound)
      case .orthogonal(let gain): (.orthogonal(gain: gain), .constant(0))
      }
    let weight = try scope.parameter("weight", [outputs, inputs], first)
    let bias = hasBias ? try scope.parameter("bias", [outputs], second) : nil
    return try apply(.gemm, bias.map { [x, weight, $0] } ?? [x, weight], ["transB": .int(1)])[0]
  }
}
