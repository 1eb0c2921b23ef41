import Autograd
import GraphIR

/// x · Wᵀ + b, with PyTorch's default initialisation: weight and bias uniform on ±1/√inputs.
public struct Linear: Layer {
  /// `linear`.
  public static let kind = "linear"
  /// The number of outputs.
  public let outputs: Int
  /// Whether there is a b.
  public let hasBias: Bool

  /// A layer with `outputs` outputs and as many inputs as the layer before gives.
  public init(_ outputs: Int, bias: Bool = true) {
    self.outputs = outputs
    hasBias = bias
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
    let weight = try scope.parameter("weight", [outputs, inputs], bound)
    let bias = hasBias ? try scope.parameter("bias", [outputs], bound) : nil
    return try apply(.gemm, bias.map { [x, weight, $0] } ?? [x, weight], ["transB": .int(1)])[0]
  }
}
