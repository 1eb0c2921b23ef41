import Autograd
import GraphIR

/// A layer whose weight is divided by its largest singular value σ, arXiv:1802.05957.
///
/// σ = uᵀ·W·v with u and v from the power iteration (algorithm 1), as in PyTorch's
/// `torch.nn.utils.parametrizations.spectral_norm`. A call in training advances the buffers `u` and `v` by `iterations`
/// steps and normalises with the new values. Inference uses the buffers unchanged. No gradient flows through either.
/// The buffers start as random unit vectors, as in the paper. PyTorch advances them by 15 steps first.
public struct SpectralNorm: Layer {
  /// `spectralnorm`.
  public static let kind = "spectralnorm"
  /// The layer with the weight.
  public let layer: any Layer
  /// The steps of the power iteration per call.
  public let iterations: Int
  /// The axis of the weight's outputs; the others are flattened.
  public let outputAxis: Int
  /// The lower bound of a norm.
  public let eps: Double

  /// Creates a layer with PyTorch's defaults: the output axis is 1 for transposed convolutions and 0 otherwise.
  public init(_ layer: any Layer, iterations: Int = 1, outputAxis: Int? = nil, eps: Double = 1e-12) {
    self.layer = layer
    self.iterations = iterations
    self.outputAxis = outputAxis ?? (layer is ConvTranspose1d || layer is ConvTranspose2d ? 1 : 0)
    self.eps = eps
  }

  /// The output of the layer with the normalised weight.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    guard iterations > 0, eps > 0 else {
      throw NNError(
        .setting, "\(scope.name): \(iterations) iterations and eps \(eps), expected at least 1 and eps > 0")
    }
    var isFound = false
    let inner = scope.transforming("weight") { weight in
      isFound = true
      return try normalized(weight, scope)
    }
    let y = try layer(x, in: inner)
    guard isFound else { throw NNError(.setting, "\(scope.name): a \(type(of: layer).kind) layer has no weight") }
    return y
  }

  private func normalized(_ weight: Tensor, _ scope: LayerScope) throws -> Tensor {
    guard weight.shape.rank >= 2, weight.shape.indices.contains(outputAxis) else {
      throw NNError(.shape, "\(scope.name): the weight is \(weight.shape), expected a matrix with axis \(outputAxis)")
    }
    let order = [outputAxis] + weight.shape.indices.filter { $0 != outputAxis }
    let matrix = (outputAxis == 0 ? weight : weight.transposed(axes: order)).flattened(start: 1)
    let fixed = matrix.stoppingGradient()
    var u = try scope.buffer("u", [matrix.shape[0]], .unitVector)
    var v = try scope.buffer("v", [matrix.shape[1]], .unitVector)
    for _ in 0..<iterations {
      u = unit(fixed.matmul(v))
      // Not Wᵀ·u: ONNX Runtime 1.32 computes the product of a transposed matrix and a vector wrongly.
      v = unit(u.matmul(fixed))
    }
    scope.update("u", to: u)
    scope.update("v", to: v)
    return weight / (u * matrix.matmul(v)).sum()
  }

  private func unit(_ x: Tensor) -> Tensor { x / x.norm().maximum(Tensor(eps, dtype: x.dtype)) }
}
