import Autograd
import GraphIR

/// Layer normalisation over the last axes, arXiv:1607.06450.
public struct LayerNorm: Layer {
  /// `layernorm`.
  public static let kind = "layernorm"
  /// The number of last axes that are normalised together.
  public let axes: Int
  /// The constant added to the variance.
  public let eps: Float
  /// Whether there is a weight, and whether there is a bias.
  public let isAffine, hasBias: Bool

  /// Creates a layer with PyTorch's defaults.
  public init(axes: Int = 1, eps: Float = 1e-5, affine: Bool = true, bias: Bool = true) {
    self.axes = axes
    self.eps = eps
    isAffine = affine
    hasBias = affine && bias
  }

  /// [batch, …] to the same shape; weight and bias have the shape of the last axes.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    let shape = try normalizedShape(of: x, last: axes, scope)
    try scope.check(eps: eps)
    let weight = isAffine ? try scope.parameter("weight", shape, .constant(1)) : .ones(shape, dtype: x.dtype)
    let bias = hasBias ? try scope.parameter("bias", shape, .constant(0)) : nil
    let attributes: Attributes = ["axis": .int(-axes), "epsilon": .float(eps)]
    try scope.check(.layerNormalization, x, attributes)
    return try apply(.layerNormalization, [x, weight, bias], attributes)[0]
  }
}

/// Root mean square normalisation over the last axes, arXiv:1910.07467.
public struct RMSNorm: Layer {
  /// `rmsnorm`.
  public static let kind = "rmsnorm"
  /// The number of last axes that are normalised together.
  public let axes: Int
  /// The constant added to the mean square; nil for the distance from 1 to the next number of the element type.
  public let eps: Float?
  /// Whether there is a weight.
  public let isAffine: Bool

  /// Creates a layer with PyTorch's defaults.
  public init(axes: Int = 1, eps: Float? = nil, affine: Bool = true) {
    self.axes = axes
    self.eps = eps
    isAffine = affine
  }

  /// [batch, …] to the same shape; the weight has the shape of the last axes.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    let shape = try normalizedShape(of: x, last: axes, scope)
    let eps = eps ?? (x.dtype == .float64 ? Float(Double.ulpOfOne) : .ulpOfOne)
    try scope.check(eps: eps)
    let weight = isAffine ? try scope.parameter("weight", shape, .constant(1)) : .ones(shape, dtype: x.dtype)
    let attributes: Attributes = ["axis": .int(-axes), "epsilon": .float(eps)]
    try scope.check(.rmsNormalization, x, attributes)
    return try apply(.rmsNormalization, [x, weight], attributes)[0]
  }
}

/// Group normalisation, arXiv:1803.08494.
public struct GroupNorm: Layer {
  /// `groupnorm`.
  public static let kind = "groupnorm"
  /// The number of groups of channels.
  public let groups: Int
  /// The constant added to the variance.
  public let eps: Float
  /// Whether there are a weight and a bias per channel.
  public let isAffine: Bool

  /// Creates a layer with PyTorch's defaults.
  public init(_ groups: Int, eps: Float = 1e-5, affine: Bool = true) {
    self.groups = groups
    self.eps = eps
    isAffine = affine
  }

  /// [batch, channels, …] to the same shape.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    try scope.check(eps: eps)
    guard x.shape.rank >= 2 else {
      throw NNError(.shape, "\(scope.name): the input is \(x.shape), expected [batch, channels, …]")
    }
    guard groups > 0, x.shape[1].isMultiple(of: groups) else {
      throw NNError(
        .setting, "\(scope.name): \(x.shape[1]) channels in \(groups) groups, expected a multiple of the groups")
    }
    let attributes: Attributes = ["num_groups": .int(groups), "epsilon": .float(eps)]
    try scope.check(.groupNormalization, x, attributes)
    return try apply(.groupNormalization, [x] + scope.channelParameters(x, isAffine: isAffine), attributes)[0]
  }
}

/// Instance normalisation, arXiv:1607.08022: each channel of each sample separately.
public struct InstanceNorm: Layer {
  /// `instancenorm`.
  public static let kind = "instancenorm"
  /// The constant added to the variance.
  public let eps: Float
  /// Whether there are a weight and a bias per channel.
  public let isAffine: Bool

  /// Creates a layer with PyTorch's defaults: no parameters, no running statistics.
  public init(eps: Float = 1e-5, affine: Bool = false) {
    self.eps = eps
    isAffine = affine
  }

  /// [batch, channels, d1, …] to the same shape.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    try scope.check(eps: eps)
    guard x.shape.rank >= 3 else {
      throw NNError(.shape, "\(scope.name): the input is \(x.shape), expected [batch, channels, d1, …]")
    }
    try scope.check(.instanceNormalization, x, [:])
    let inputs = try [x] + scope.channelParameters(x, isAffine: isAffine)
    return try apply(.instanceNormalization, inputs, ["epsilon": .float(eps)])[0]
  }
}

/// The shape of the last `axes` axes of a sample.
private func normalizedShape(of x: Tensor, last axes: Int, _ scope: LayerScope) throws -> Shape {
  guard axes > 0, axes < x.shape.rank else {
    throw NNError(
      .shape, "\(scope.name): the input is \(x.shape), expected the batch and at least \(axes) > 0 axes after it")
  }
  return Shape(x.shape.suffix(axes))
}

extension LayerScope {
  fileprivate func check(eps: Float) throws {
    guard eps > 0 else { throw NNError(.setting, "\(name): eps \(eps), expected eps > 0") }
  }

  /// Weight and bias with one number per channel, or ones and zeros.
  fileprivate func channelParameters(_ x: Tensor, isAffine: Bool) throws -> [Tensor] {
    let channels: Shape = [x.shape[1]]
    return isAffine
      ? [try parameter("weight", channels, .constant(1)), try parameter("bias", channels, .constant(0))]
      : [.ones(channels, dtype: x.dtype), .zeros(channels, dtype: x.dtype)]
  }
}
