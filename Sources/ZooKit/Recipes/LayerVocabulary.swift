import NN

/// The library's layers by their names in recipes. A new layer is a case here and in `layer(_:)`.
enum LayerVocabulary: String, CaseIterable {
  case linear, conv1d, conv2d
  case convTranspose1d = "conv-transpose1d"
  case convTranspose2d = "conv-transpose2d"
  case maxPool2d = "max-pool2d"
  case avgPool2d = "avg-pool2d"
  case globalAvgPool = "global-avg-pool"
  case batchNorm = "batch-norm"
  case layerNorm = "layer-norm"
  case groupNorm = "group-norm"
  case instanceNorm = "instance-norm"
  case rmsNorm = "rms-norm"
  case spectralNorm = "spectral-norm"
  case leakyRelu = "leaky-relu"
  case relu, tanh, sigmoid, softplus, flatten, unflatten, crop, upsample, residual

  private enum LinearKey: String, CaseIterable { case outputs, bias }
  private enum BatchNormKey: String, CaseIterable { case eps, momentum }
  private enum ResidualKey: String, CaseIterable { case layers, shortcut }

  /// Creates a layer from its options.
  func layer(_ layer: LayerOptions) throws(RecipeError) -> any Layer {
    switch self {
    case .linear: return try linear(layer.required("{linear: 128}"))
    case .conv1d, .conv2d, .convTranspose1d, .convTranspose2d:
      return try convolution(layer.required("{\(rawValue): {outputs: 64, kernel: 5}}"))
    case .maxPool2d, .avgPool2d: return try pooling(layer.required("{\(rawValue): 2}"))
    case .globalAvgPool: return try plain(GlobalAveragePool(), layer)
    case .batchNorm: return try batchNorm(layer.options)
    case .layerNorm, .groupNorm, .instanceNorm, .rmsNorm: return try sampleNorm(layer.value, layer.options)
    case .spectralNorm: return SpectralNorm(try layer.required("{spectral-norm: {linear: 128}}").layer())
    case .leakyRelu:
      guard let options = layer.options else { return Activation.leakyRelu() }
      return Activation.leakyRelu(try options.number("a number of at least 0") { $0 >= 0 })
    case .relu: return try plain(Activation.relu, layer)
    case .tanh: return try plain(Activation.tanh, layer)
    case .sigmoid: return try plain(Activation.sigmoid, layer)
    case .softplus: return try plain(Activation.softplus, layer)
    case .flatten: return try plain(Flatten(), layer)
    case .unflatten: return Unflatten(try layer.required("{unflatten: [1, 28, 28]}").shape())
    case .crop: return Crop(try layer.required("{crop: [128, 7, 7]}").shape())
    case .upsample: return UpsamplingNearest2d(try layer.required("{upsample: 2}").integer(atMost: 1 << 16))
    case .residual: return try residual(layer.required("{residual: {layers: [relu], shortcut: []}}"))
    }
  }

  private func linear(_ options: RecipeValue) throws(RecipeError) -> Linear {
    guard options.isMapping else { return Linear(try options.integer(atMost: RecipeValue.extentLimit)) }
    let linear = try options.mapping(of: LinearKey.self)
    let outputs = try linear.required(.outputs).integer(atMost: RecipeValue.extentLimit)
    return Linear(outputs, bias: try linear[.bias]?.bool() ?? true)
  }

  private func batchNorm(_ options: RecipeValue?) throws(RecipeError) -> BatchNorm {
    let standard = BatchNorm()
    guard let options = try options?.mapping(of: BatchNormKey.self) else { return standard }
    return BatchNorm(
      eps: try options[.eps]?.number("a number above 0") { $0 > 0 } ?? standard.eps,
      momentum: try options[.momentum]?.number("a number from 0 to 1") { (0...1).contains($0) } ?? standard.momentum)
  }

  /// Reads a residual block. A list of layers is the long path of a block whose shortcut is the input itself.
  private func residual(_ options: RecipeValue) throws(RecipeError) -> Residual {
    guard options.isMapping else { return Residual(try options.layers()) }
    let paths = try options.mapping(of: ResidualKey.self)
    return Residual(try paths.required(.layers).layers(), shortcut: try paths[.shortcut]?.layers() ?? [])
  }

  private func plain(_ layer: any Layer, _ options: LayerOptions) throws(RecipeError) -> any Layer {
    try options.none()
    return layer
  }
}
