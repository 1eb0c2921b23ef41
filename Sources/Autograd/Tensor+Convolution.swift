import GraphIR

/// A number per spatial axis: one for all axes (`2`), or one for each, the outermost first (`[2, 1]`).
public struct PerAxis: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// The numbers as they were given.
  public let numbers: [Int]

  /// One number for all axes.
  public init(_ number: Int) { numbers = [number] }
  /// A number for each axis.
  public init(_ numbers: [Int]) { self.numbers = numbers }
  /// One number for all axes.
  public init(integerLiteral number: Int) { self.init(number) }
  /// A number for each axis.
  public init(arrayLiteral numbers: Int...) { self.init(numbers) }

  /// A number for each of `count` axes. Shape inference rejects a wrong count.
  package func callAsFunction(_ count: Int) -> [Int] {
    numbers.count == 1 ? [Int](repeating: numbers[0], count: count) : numbers
  }
}

extension Attributes {
  /// The attributes of a window over `axes` axes, from PyTorch's arguments: padding has equal width at both ends.
  /// Attributes with ONNX's default are omitted.
  package static func window(
    axes: Int, kernel: PerAxis? = nil, stride: PerAxis = 1, padding: PerAxis = 0, dilation: PerAxis = 1,
    groups: Int = 1, outputPadding: PerAxis = 0, ceilMode: Bool = false
  ) -> Attributes {
    var attributes: Attributes = [:]
    if let kernel { attributes["kernel_shape"] = .ints(kernel(axes)) }
    if stride(axes).contains(where: { $0 != 1 }) { attributes["strides"] = .ints(stride(axes)) }
    if padding(axes).contains(where: { $0 != 0 }) { attributes["pads"] = .ints(padding(axes) + padding(axes)) }
    if dilation(axes).contains(where: { $0 != 1 }) { attributes["dilations"] = .ints(dilation(axes)) }
    if groups != 1 { attributes["group"] = .int(groups) }
    if outputPadding != 0 { attributes["output_padding"] = .ints(outputPadding(axes)) }
    if ceilMode { attributes["ceil_mode"] = .int(1) }
    return attributes
  }
}

// Convolution and pooling under PyTorch's names. Arguments that do not fit are programmer errors.

extension Tensor {
  /// The convolution of [N, C, L] with `weight` [M, C / groups, k]: [N, M, L'], as `torch.nn.functional.conv1d`.
  public func conv1d(
    _ weight: Tensor, bias: Tensor? = nil, stride: PerAxis = 1, padding: PerAxis = 0, dilation: PerAxis = 1,
    groups: Int = 1
  ) -> Tensor {
    let window = Attributes.window(axes: 1, stride: stride, padding: padding, dilation: dilation, groups: groups)
    return Self.call(.conv, [self, weight, bias], window)
  }

  /// The convolution of [N, C, H, W] with `weight` [M, C / groups, kh, kw]: [N, M, H', W'], as
  /// `torch.nn.functional.conv2d`.
  public func conv2d(
    _ weight: Tensor, bias: Tensor? = nil, stride: PerAxis = 1, padding: PerAxis = 0, dilation: PerAxis = 1,
    groups: Int = 1
  ) -> Tensor {
    let window = Attributes.window(axes: 2, stride: stride, padding: padding, dilation: dilation, groups: groups)
    return Self.call(.conv, [self, weight, bias], window)
  }

  // A method for each number of axes, as in PyTorch: the documentation of each has its shapes.

  /// The transposed convolution of [N, C, L] with `weight` [C, M / groups, k]: [N, M, L'], as
  /// `torch.nn.functional.conv_transpose1d`. `outputPadding` elements are added at the end.
  public func convTranspose1d(
    _ weight: Tensor, bias: Tensor? = nil, stride: PerAxis = 1, padding: PerAxis = 0, outputPadding: PerAxis = 0,
    groups: Int = 1, dilation: PerAxis = 1
  ) -> Tensor {
    let window = Attributes.window(
      axes: 1, stride: stride, padding: padding, dilation: dilation, groups: groups, outputPadding: outputPadding)
    return Self.call(.convTranspose, [self, weight, bias], window)
  }

  /// The transposed convolution of [N, C, H, W] with `weight` [C, M / groups, kh, kw]: [N, M, H', W'], as
  /// `torch.nn.functional.conv_transpose2d`. `outputPadding` elements are added at the end of each axis.
  public func convTranspose2d(
    _ weight: Tensor, bias: Tensor? = nil, stride: PerAxis = 1, padding: PerAxis = 0, outputPadding: PerAxis = 0,
    groups: Int = 1, dilation: PerAxis = 1
  ) -> Tensor {
    let window = Attributes.window(
      axes: 2, stride: stride, padding: padding, dilation: dilation, groups: groups, outputPadding: outputPadding)
    return Self.call(.convTranspose, [self, weight, bias], window)
  }

  /// The greatest element of each window of [N, C, H, W], as `torch.nn.functional.max_pool2d`. `stride` defaults to the
  /// kernel. The first of equal elements gets the gradient.
  public func maxPool2d(
    kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, dilation: PerAxis = 1, ceilMode: Bool = false
  ) -> Tensor {
    let window = Attributes.window(
      axes: 2, kernel: kernel, stride: stride ?? kernel, padding: padding, dilation: dilation, ceilMode: ceilMode)
    return Self.call(.maxPool, [self], window)
  }

  /// The mean of each window of [N, C, H, W], as `torch.nn.functional.avg_pool2d`. `stride` defaults to the kernel.
  /// Padding counts as zeros by default.
  public func avgPool2d(
    kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, ceilMode: Bool = false, countIncludePad: Bool = true
  ) -> Tensor {
    var window = Attributes.window(
      axes: 2, kernel: kernel, stride: stride ?? kernel, padding: padding, ceilMode: ceilMode)
    if countIncludePad { window["count_include_pad"] = .int(1) }
    return Self.call(.averagePool, [self], window)
  }
}
