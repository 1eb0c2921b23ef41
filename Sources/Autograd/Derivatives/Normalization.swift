import GraphIR

/// y = (x - mean) / √(var + ε) · scale + bias per channel, with the batch's statistics in training mode.
func batchNormalizationDerivatives(_ call: TapedCall) throws -> [Derivative?] {
  let shape = try call.staticShape(0)
  let channels = shape[1]
  let axes = shape.indices.filter { $0 != 1 }
  let count = Double(shape.elementCount / max(channels, 1))
  let epsilon = Double(call.attributes.float("epsilon") ?? 0)
  let momentum = Double(call.attributes.float("momentum") ?? 0)
  let isTraining = call.attributes.flag("training_mode")
  func perChannel(_ tensor: Tensor) -> Tensor {
    tensor.reshaped(to: Shape([1, channels] + [Int](repeating: 1, count: shape.rank - 2)))
  }
  func total(_ tensor: Tensor) -> Tensor { tensor.sum(axes) }
  let x = try call.input(0)
  let centred = x - (isTraining ? x.mean(axes, keepDims: true) : perChannel(try call.input(3)))
  let variance = isTraining ? centred.squared().mean(axes, keepDims: true) : perChannel(try call.input(4))
  let inverse = (variance + epsilon).sqrt().reciprocal()
  let g = call.gradOutputs[0]
  let runningMean = call.gradOutputs.count > 1 ? call.gradOutputs[1] : nil
  let runningVariance = call.gradOutputs.count > 2 ? call.gradOutputs[2] : nil

  func inputDerivative() throws -> Tensor? {
    var result: Tensor?
    func accumulate(_ term: Tensor) { result = result.map { $0 + term } ?? term }
    if let g {
      let factor = perChannel(try call.input(1)) * inverse
      if isTraining {
        let unit = centred * inverse
        accumulate(factor * (g - g.mean(axes, keepDims: true) - unit * (g * unit).mean(axes, keepDims: true)))
      } else {
        accumulate(factor * g)
      }
    }
    if let runningMean { accumulate(perChannel(runningMean * ((1 - momentum) / count)).broadcast(to: shape)) }
    if let runningVariance { accumulate(perChannel(runningVariance * (2 * (1 - momentum) / count)) * centred) }
    return result
  }
  func scaleDerivative() -> Tensor? { g.map { total($0 * (centred * inverse)) } }
  func meanDerivative() throws -> Tensor? {
    if isTraining { return runningMean.map { $0 * momentum } }
    let factor = perChannel(try call.input(1)) * inverse
    return g.map { -total($0 * factor) }
  }
  func varianceDerivative() throws -> Tensor? {
    if isTraining { return runningVariance.map { $0 * momentum } }
    let factor = perChannel(try call.input(1)) * (inverse * inverse * inverse) * -0.5
    return g.map { total($0 * centred * factor) }
  }
  return [inputDerivative, scaleDerivative, { g.map(total) }, meanDerivative, varianceDerivative]
}
