import Autograd
import GraphIR

/// Batch normalisation over axis 1, arXiv:1502.03167, as ONNX's BatchNormalization in training mode.
///
/// The running variance is that of the batch, with N in the denominator, as in ONNX. PyTorch stores N/(N-1) times that.
public struct BatchNorm: Layer {
  /// `batchnorm`.
  public static let kind = "batchnorm"
  /// The constant added to the variance.
  public let eps: Float
  /// The weight of the batch in the running statistics, as in PyTorch.
  public let momentum: Float

  /// Creates a layer with PyTorch's defaults.
  public init(eps: Float = 1e-5, momentum: Float = 0.1) {
    self.eps = eps
    self.momentum = momentum
  }

  /// [batch, channels, …] to the same shape.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    guard x.shape.rank >= 2 else {
      throw NNError(.shape, "\(scope.name): the input is \(x.shape), expected [batch, channels, …]")
    }
    guard eps > 0, (0...1).contains(momentum) else {
      throw NNError(
        .setting, "\(scope.name): eps \(eps) and momentum \(momentum), expected eps > 0 and momentum in 0...1")
    }
    let channels: Shape = [x.shape[1]]
    let inputs = [
      x, try scope.parameter("weight", channels, .constant(1)), try scope.parameter("bias", channels, .constant(0)),
      try scope.buffer("running_mean", channels, .constant(0)), try scope.buffer("running_var", channels, .constant(1)),
    ]
    let attributes: Attributes = [
      "epsilon": .float(eps), "momentum": .float(1 - momentum), "training_mode": .int(1),
    ]
    try scope.check(.batchNormalization, x, attributes)
    let results = try apply(.batchNormalization, inputs, attributes, outputCount: 3)
    scope.update("running_mean", to: results[1])
    scope.update("running_var", to: results[2])
    return results[0]
  }
}
