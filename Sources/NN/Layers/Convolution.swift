import Autograd
import GraphIR

/// A convolution over one axis, with PyTorch's defaults: weight and bias uniform on ±1/√(inputs / groups · kernel).
public struct Conv1d: Layer {
  /// `conv1d`.
  public static let kind = "conv1d"
  let settings: ConvolutionSettings

  /// Creates a layer with `outputs` channels. The number of inputs is that of the previous layer's outputs.
  public init(
    _ outputs: Int, kernel: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0, dilation: PerAxis = 1, groups: Int = 1,
    bias: Bool = true
  ) {
    settings = ConvolutionSettings(
      axes: 1, outputs: outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups,
      hasBias: bias)
  }

  /// [batch, inputs, length] to [batch, outputs, length'].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor { try settings.conv(x, in: scope) }
}

/// A convolution over two axes, with PyTorch's defaults: weight and bias uniform on ±1/√(inputs / groups · kernel).
public struct Conv2d: Layer {
  /// `conv2d`.
  public static let kind = "conv2d"
  let settings: ConvolutionSettings

  /// Creates a layer with `outputs` channels. The number of inputs is that of the previous layer's outputs.
  public init(
    _ outputs: Int, kernel: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0, dilation: PerAxis = 1, groups: Int = 1,
    bias: Bool = true
  ) {
    settings = ConvolutionSettings(
      axes: 2, outputs: outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups,
      hasBias: bias)
  }

  /// [batch, inputs, height, width] to [batch, outputs, height', width'].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor { try settings.conv(x, in: scope) }
}

/// A transposed convolution over one axis, with PyTorch's defaults: weight and bias uniform on
/// ±1/√(outputs / groups · kernel).
public struct ConvTranspose1d: Layer {
  /// `convtranspose1d`.
  public static let kind = "convtranspose1d"
  let settings: ConvolutionSettings

  /// Creates a layer with `outputs` channels. The number of inputs is that of the previous layer's outputs.
  public init(
    _ outputs: Int, kernel: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0, outputPadding: PerAxis = 0,
    groups: Int = 1, bias: Bool = true, dilation: PerAxis = 1
  ) {
    settings = ConvolutionSettings(
      axes: 1, outputs: outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups,
      hasBias: bias, outputPadding: outputPadding)
  }

  /// [batch, inputs, length] to [batch, outputs, length'].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    try settings.transpose(x, in: scope)
  }
}

/// A transposed convolution over two axes, with PyTorch's defaults: weight and bias uniform on
/// ±1/√(outputs / groups · kernel).
public struct ConvTranspose2d: Layer {
  /// `convtranspose2d`.
  public static let kind = "convtranspose2d"
  let settings: ConvolutionSettings

  /// Creates a layer with `outputs` channels. The number of inputs is that of the previous layer's outputs.
  public init(
    _ outputs: Int, kernel: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0, outputPadding: PerAxis = 0,
    groups: Int = 1, bias: Bool = true, dilation: PerAxis = 1
  ) {
    settings = ConvolutionSettings(
      axes: 2, outputs: outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups,
      hasBias: bias, outputPadding: outputPadding)
  }

  /// [batch, inputs, height, width] to [batch, outputs, height', width'].
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
    return try call(.conv, x, weight: [outputs, inputs / groups] + kernel(axes), window, in: scope)
  }

  func transpose(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    let inputs = try checkedInputs(x, scope)
    var attributes = window
    if outputPadding != 0 { attributes["output_padding"] = .ints(outputPadding(axes)) }
    return try call(.convTranspose, x, weight: [inputs, outputs / groups] + kernel(axes), attributes, in: scope)
  }

  private var window: Attributes {
    .window(axes: axes, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }

  /// Calls the operator. PyTorch's kaiming_uniform_(a: √5) is uniform on ±1/√fan_in; fan_in counts all axes of the
  /// weight but the first.
  private func call(
    _ op: Op, _ x: Tensor, weight extents: [Int], _ attributes: Attributes, in scope: LayerScope
  ) throws -> Tensor {
    let bound = Initializer.uniform(bound: 1 / Float(extents.dropFirst().reduce(1, *)).squareRoot())
    let weight = try scope.parameter("weight", Shape(extents), bound)
    let bias = hasBias ? try scope.parameter("bias", [outputs], bound) : nil
    return try apply(op, bias.map { [x, weight, $0] } ?? [x, weight], attributes)[0]
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
