import Autograd
import NN

/// The options of layers for images and of normalisation within a sample.
extension LayerVocabulary {
  private enum ConvolutionKey: String, CaseIterable {
    case outputs, kernel, stride, padding, dilation, groups, bias, outputPadding
  }
  private enum PoolingKey: String, CaseIterable { case kernel, stride, padding }
  private enum SampleNormKey: String, CaseIterable { case axes, groups, eps, affine }

  /// Reads `{outputs: 64, kernel: 5, stride: 2, padding: 2}`. Extents are one number, or a list with one for each axis.
  func convolution(_ options: RecipeValue) throws(RecipeError) -> any Layer {
    let keys = try options.mapping(of: ConvolutionKey.self)
    let outputs = try keys.required(.outputs).integer(atMost: RecipeValue.extentLimit)
    let kernel = try keys.required(.kernel).perAxis()
    let stride = try keys[.stride]?.perAxis() ?? 1
    let padding = try keys[.padding]?.perAxis(atLeast: 0) ?? 0
    let dilation = try keys[.dilation]?.perAxis() ?? 1
    let groups = try keys[.groups]?.integer(atMost: RecipeValue.extentLimit) ?? 1
    let bias = try keys[.bias]?.bool() ?? true
    let isTransposed = self == .convTranspose1d || self == .convTranspose2d
    if let extra = keys[.outputPadding], !isTransposed {
      throw extra.error(.badValue, "\(extra.path) is for transposed convolutions only; leave it out")
    }
    let outputPadding = try keys[.outputPadding]?.perAxis(atLeast: 0) ?? 0
    switch self {
    case .conv1d:
      return Conv1d(
        outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups, bias: bias)
    case .convTranspose1d:
      return ConvTranspose1d(
        outputs, kernel: kernel, stride: stride, padding: padding, outputPadding: outputPadding, groups: groups,
        bias: bias, dilation: dilation)
    case .convTranspose2d:
      return ConvTranspose2d(
        outputs, kernel: kernel, stride: stride, padding: padding, outputPadding: outputPadding, groups: groups,
        bias: bias, dilation: dilation)
    default:
      return Conv2d(
        outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups, bias: bias)
    }
  }

  /// Reads `2`, `[2, 3]` or `{kernel: 3, stride: 2, padding: 1}`.
  func pooling(_ options: RecipeValue) throws(RecipeError) -> any Layer {
    let keys = options.isMapping ? try options.mapping(of: PoolingKey.self) : nil
    let kernel = try (keys.map { (keys) throws(RecipeError) in try keys.required(.kernel) } ?? options).perAxis()
    let stride = try keys?[.stride]?.perAxis()
    let padding = try keys?[.padding]?.perAxis(atLeast: 0) ?? 0
    return self == .maxPool2d
      ? MaxPool2d(kernel: kernel, stride: stride, padding: padding)
      : AvgPool2d(kernel: kernel, stride: stride, padding: padding)
  }

  /// Reads `layer-norm`, `{layer-norm: {axes: 3, eps: 1e-5}}`, `{group-norm: 8}` and the like.
  func sampleNorm(_ value: RecipeValue, _ options: RecipeValue?) throws(RecipeError) -> any Layer {
    let keys = options?.isMapping == true ? try options?.mapping(of: SampleNormKey.self) : nil
    let eps: Float? = try keys?[.eps]?.number("a number above 0") { $0 > 0 }
    let affine = try keys?[.affine]?.bool()
    let axes = try keys?[.axes]?.integer(atMost: 16)
    if let extra = keys?[.axes], self == .groupNorm || self == .instanceNorm {
      throw extra.error(.badValue, "\(extra.path): \(rawValue) normalises all axes after the channels; leave it out")
    }
    if let extra = keys?[.groups], self != .groupNorm {
      throw extra.error(.badValue, "\(extra.path) is for group-norm only; leave it out")
    }
    if let options, keys == nil, self != .groupNorm {
      throw options.wrongType("options, such as {\(rawValue): {eps: 1e-5}}")
    }
    switch self {
    case .groupNorm:
      guard let groups = try keys.map({ (keys) throws(RecipeError) in try keys.required(.groups) }) ?? options else {
        throw value.error(.missingKey, "\(value.path) is group-norm without groups, expected {group-norm: 8}")
      }
      return GroupNorm(
        try groups.integer(atMost: RecipeValue.extentLimit), eps: eps ?? 1e-5, affine: affine ?? true)
    case .instanceNorm: return InstanceNorm(eps: eps ?? 1e-5, affine: affine ?? false)
    case .rmsNorm: return RMSNorm(axes: axes ?? 1, eps: eps, affine: affine ?? true)
    default: return LayerNorm(axes: axes ?? 1, eps: eps ?? 1e-5, affine: affine ?? true)
    }
  }
}
