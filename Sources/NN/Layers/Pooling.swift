import Autograd
import GraphIR

/// The greatest element of each window.
public struct MaxPool2d: Layer {
  /// `maxpool2d`.
  public static let kind = "maxpool2d"
  /// The window.
  public let kernel, stride, padding, dilation: PerAxis

  /// Creates a layer with PyTorch's defaults: the stride is the kernel.
  public init(kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, dilation: PerAxis = 1) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.dilation = dilation
  }

  /// [batch, channels, height, width] to [batch, channels, height', width'].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    let window = Attributes.window(axes: 2, kernel: kernel, stride: stride, padding: padding, dilation: dilation)
    return try apply(.maxPool, [x], window)[0]
  }
}

/// The mean of each window. Padding counts as zeros.
public struct AvgPool2d: Layer {
  /// `avgpool2d`.
  public static let kind = "avgpool2d"
  /// The window.
  public let kernel, stride, padding: PerAxis

  /// Creates a layer with PyTorch's defaults: the stride is the kernel.
  public init(kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
  }

  /// [batch, channels, height, width] to [batch, channels, height', width'].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    var window = Attributes.window(axes: 2, kernel: kernel, stride: stride, padding: padding)
    window["count_include_pad"] = .int(1)
    return try apply(.averagePool, [x], window)[0]
  }
}

/// The mean of each channel.
public struct GlobalAveragePool: Layer {
  /// `globalaveragepool`.
  public static let kind = "globalaveragepool"

  /// A layer without parameters.
  public init() {}

  /// [batch, channels, …] to [batch, channels].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    try apply(.globalAveragePool, [x])[0].flattened(start: 1)
  }
}
