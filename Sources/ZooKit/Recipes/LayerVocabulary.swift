import NN

/// The layers that recipes can name. A new one is a case here, and the compiler names the other place.
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

  /// Reads `tanh`, `{linear: 128}` or `{linear: {outputs: 128, bias: false}}`.
  static func layer(_ value: RecipeValue) throws(RecipeError) -> any Layer {
    guard value.isMapping else { return try value.choice(of: Self.self).layer(value, options: nil) }
    let entries = try value.entries()
    guard entries.count == 1 else {
      throw value.wrongType("one layer; options stand inside, as in {linear: {outputs: 128, bias: false}}")
    }
    return try entries[0].key.choice(of: Self.self).layer(value, options: entries[0].value)
  }

  private func layer(_ value: RecipeValue, options: RecipeValue?) throws(RecipeError) -> any Layer {
    switch self {
    case .linear:
      guard let options else { throw needsOptions(value, "{linear: 128}") }
      return try linear(options)
    case .conv1d, .conv2d, .convTranspose1d, .convTranspose2d:
      guard let options else { throw needsOptions(value, "{\(rawValue): {outputs: 64, kernel: 5}}") }
      return try convolution(options)
    case .maxPool2d, .avgPool2d:
      guard let options else { throw needsOptions(value, "{\(rawValue): 2}") }
      return try pooling(options)
    case .globalAvgPool: return try withoutOptions(GlobalAveragePool(), options)
    case .batchNorm: return try batchNorm(options)
    case .layerNorm, .groupNorm, .instanceNorm, .rmsNorm: return try sampleNorm(value, options)
    case .spectralNorm:
      guard let options else { throw needsOptions(value, "{spectral-norm: {linear: 128}}") }
      let inner = try Self.layer(options)
      return SpectralNorm(inner, outputAxis: inner is ConvTranspose1d || inner is ConvTranspose2d ? 1 : 0)
    case .leakyRelu:
      guard let options else { return Activation.leakyRelu() }
      return Activation.leakyRelu(try options.number("a number of at least 0") { $0 >= 0 })
    case .relu: return try withoutOptions(Activation.relu, options)
    case .tanh: return try withoutOptions(Activation.tanh, options)
    case .sigmoid: return try withoutOptions(Activation.sigmoid, options)
    case .softplus: return try withoutOptions(Activation.softplus, options)
    case .flatten: return try withoutOptions(Flatten(), options)
    case .unflatten:
      guard let options else { throw needsOptions(value, "{unflatten: [1, 28, 28]}") }
      return Unflatten(try options.shape())
    case .crop:
      guard let options else { throw needsOptions(value, "{crop: [128, 7, 7]}") }
      return Crop(try options.shape())
    case .upsample:
      guard let options else { throw needsOptions(value, "{upsample: 2}") }
      return UpsamplingNearest2d(try options.integer(atMost: 1 << 16))
    case .residual:
      guard let options else { throw needsOptions(value, "{residual: {layers: [relu], shortcut: []}}") }
      return try residual(options)
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

  /// A list of layers stands for the long path of a block with the input itself as its shortcut.
  private func residual(_ options: RecipeValue) throws(RecipeError) -> Residual {
    guard options.isMapping else { return Residual(try options.list(of: "a list of layers").map(Self.layer)) }
    let paths = try options.mapping(of: ResidualKey.self)
    let layers = try paths.required(.layers).list(of: "a list of layers").map(Self.layer)
    return Residual(layers, shortcut: try paths[.shortcut]?.list(of: "a list of layers").map(Self.layer) ?? [])
  }

  private func withoutOptions(_ layer: any Layer, _ options: RecipeValue?) throws(RecipeError) -> any Layer {
    if let options { throw options.wrongType("no options: write just \(rawValue)") }
    return layer
  }

  private func needsOptions(_ value: RecipeValue, _ example: String) -> RecipeError {
    value.error(.missingKey, "\(value.path) is \(rawValue) without its options, expected \(example)")
  }
}
