import GraphIR

// Normalisations under PyTorch's names and with its defaults. Arguments that do not fit are programmer errors.

extension Tensor {
  /// (x - mean) / √(variance + eps) over the last `axes` axes, times `weight` plus `bias`, which broadcast to this
  /// tensor.
  public func layerNorm(axes: Int = 1, weight: Tensor? = nil, bias: Tensor? = nil, eps: Float = 1e-5) -> Tensor {
    Self.call(.layerNormalization, [self, weight ?? scalar(1), bias], ["axis": .int(-axes), "epsilon": .float(eps)])
  }

  /// x / √(mean(x²) + eps) over the last `axes` axes, times `weight`, which broadcasts to this tensor.
  public func rmsNorm(axes: Int = 1, weight: Tensor? = nil, eps: Float) -> Tensor {
    Self.call(.rmsNormalization, [self, weight ?? scalar(1)], ["axis": .int(-axes), "epsilon": .float(eps)])
  }

  /// Layer normalisation of each of `groups` groups of channels of [N, C, …]; weight and bias are [C].
  public func groupNorm(_ groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, eps: Float = 1e-5) -> Tensor {
    let attributes: Attributes = ["num_groups": .int(groups), "epsilon": .float(eps)]
    return Self.call(.groupNormalization, [self] + channelParameters(weight, bias), attributes)
  }

  /// Normalisation of each channel of each sample of [N, C, d1, …]; weight and bias are [C].
  public func instanceNorm(weight: Tensor? = nil, bias: Tensor? = nil, eps: Float = 1e-5) -> Tensor {
    Self.call(.instanceNormalization, [self] + channelParameters(weight, bias), ["epsilon": .float(eps)])
  }

  private func channelParameters(_ weight: Tensor?, _ bias: Tensor?) -> [Tensor] {
    precondition(shape.rank >= 2, "channels are on axis 1, which \(shape) lacks")
    return [weight ?? .ones([shape[1]], dtype: dtype), bias ?? .zeros([shape[1]], dtype: dtype)]
  }

  /// Sets each element to 0 with probability `ratio`, and divides the others by 1 - `ratio`. Equal seeds drop equal
  /// places.
  ///
  /// Requires a ratio of at least 0 and less than 1.
  public func dropout(_ ratio: Double = 0.5, seed: Int) -> Tensor {
    Self.call(.dropout, [self, scalar(ratio), Tensor(TensorValue(scalar: true))], ["seed": .int(seed)])
  }
}
