import Autograd
import GraphIR

/// A convolution over one axis, [batch, inputs, length].
public typealias Conv1d = ConvolutionLayer<OneAxis>

/// A convolution over two axes, [batch, inputs, height, width].
public typealias Conv2d = ConvolutionLayer<TwoAxes>

/// A transposed convolution over one axis, [batch, inputs, length].
public typealias ConvTranspose1d = TransposedConvolutionLayer<OneAxis>

/// A transposed convolution over two axes, [batch, inputs, height, width].
public typealias ConvTranspose2d = TransposedConvolutionLayer<TwoAxes>

/// The axes over which a convolution moves its window.
public protocol SpatialAxes: Sendable {
  /// The number of axes.
  static var count: Int { get }
}

/// Length.
public enum OneAxis: SpatialAxes {
  /// 1.
  public static let count = 1
}

/// Height and width.
public enum TwoAxes: SpatialAxes {
  /// 2.
  public static let count = 2
}

/// A convolution with PyTorch's defaults: weight and bias uniform on ±1/√(inputs / groups · kernel).
public struct ConvolutionLayer<Axes: SpatialAxes>: Layer {
  /// `conv1d` or `conv2d`.
  public static var kind: String { "conv\(Axes.count)d" }
  let settings: ConvolutionSettings

  /// Creates a layer with `outputs` channels. The number of inputs is that of the previous layer's outputs.
  public init(
    _ outputs: Int, kernel: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0, dilation: PerAxis = 1, groups: Int = 1,
    bias: Bool = true
  ) {
    settings = ConvolutionSettings(
      axes: Axes.count, outputs: outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
      groups: groups, hasBias: bias)
  }

  /// [batch, inputs, …] to [batch, outputs, …'].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor { try settings.conv(x, in: scope) }
}

/// A transposed convolution with PyTorch's defaults: weight and bias uniform on ±1/√(outputs / groups · kernel).
public struct TransposedConvolutionLayer<Axes: SpatialAxes>: Layer {
  /// `convtranspose1d` or `convtranspose2d`.
  public static var kind: String { "convtranspose\(Axes.count)d" }
  let settings: ConvolutionSettings

  /// Creates a layer with `outputs` channels. The number of inputs is that of the previous layer's outputs.
  public init(
    _ outputs: Int, kernel: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0, outputPadding: PerAxis = 0,
    groups: Int = 1, bias: Bool = true, dilation: PerAxis = 1
  ) {
    settings = ConvolutionSettings(
      axes: Axes.count, outputs: outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
      groups: groups, hasBias: bias, outputPadding: outputPadding)
  }

  /// [batch, inputs, …] to [batch, outputs, …'].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    try settings.transpose(x, in: scope)
  }
}

/// The settings of a convolution layer.
struct ConvolutionSettings: Sendable {
  let axes: Int
  let outputs: Int
  let kernel, stride, padding, dilation: PerAxis
  let groups: Int
  let hasBias: Bool
  var outputPadding: PerAxis = 0

  func conv(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    let inputs = try checkedInputs(x, scope)
    return try call(.conv, x, weight: [outputs, inputs / groups], in: scope)
  }

  func transpose(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    let inputs = try checkedInputs(x, scope)
    return try call(.convTranspose, x, weight: [inputs, outputs / groups], in: scope)
  }

  /// Calls the operator with a weight of `channels` and the kernel. PyTorch's kaiming_uniform_(a: √5) is uniform on
  /// ±1/√fan_in; fan_in counts all axes of the weight but the first.
  private func call(_ op: Op, _ x: Tensor, weight channels: [Int], in scope: LayerScope) throws -> Tensor {
    let extents = channels + kernel(axes)
    let bound = Initializer.uniform(bound: 1 / Float(extents.dropFirst().reduce(1, *)).squareRoot())
    let weight = try scope.parameter("weight", Shape(extents), bound)
    let bias = hasBias ? try scope.parameter("bias", [outputs], bound) : nil
    let window = Attributes.window(
      axes: axes, stride: stride, padding: padding, dilation: dilation, groups: groups, outputPadding: outputPadding)
    return try apply(op, bias.map { [x, weight, $0] } ?? [x, weight], window)[0]
  }

  /// The channels of the input.
  private func checkedInputs(_ x: Tensor, _ scope: LayerScope) throws -> Int {
    guard x.shape.rank == axes + 2, x.shape[1] > 0 else {
      throw NNError(
        .shape, "\(scope.name): the input is \(x.shape), expected [batch, channels] and \(axes) extents")
    }
    guard outputs > 0, groups > 0, outputs % groups == 0, x.shape[1] % groups == 0 else {
      throw NNError(
        .setting,
        "\(scope.name): \(x.shape[1]) inputs and \(outputs) outputs in \(groups) groups, expected multiples of the "
          + "groups")
    }
    guard kernel(axes).count == axes, kernel(axes).allSatisfy({ 1...(1 << 16) ~= $0 }) else {
      throw NNError(.setting, "\(scope.name): kernel \(kernel.numbers), expected \(axes) extents of 1 to 65536")
    }
    return x.shape[1]
  }
}
