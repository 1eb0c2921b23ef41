import GraphIR

// The derivatives of the trilinear form that `Conv`, `ConvTranspose` and `ConvWeightGrad` share. Each is one of the
// three.

func convDerivatives(_ call: TapedCall, _ g: Tensor) throws -> [Derivative?] {
  let problem = try ConvolutionShape(conv: call.shape(0), call.shape(1), call.attributes) { GraphError($0, $1) }
  return [
    { problem.transpose(g, try call.input(1)) }, { problem.weightGrad(try call.input(0), g) },
    { channelSums(g) },
  ]
}

func convTransposeDerivatives(_ call: TapedCall, _ g: Tensor) throws -> [Derivative?] {
  let problem = try ConvolutionShape(transpose: call.shape(0), call.shape(1), call.attributes) { GraphError($0, $1) }
  // With more spare elements at the end than a stride, the window has further positions. The input is zero there.
  let spare = problem.window.axes.map { $0.output < 0 ? 0 : $0.remainder / $0.stride }
  let nothing = [Int](repeating: 0, count: spare.count + 2)
  func extended(_ tensor: Tensor, by spare: [Int]) -> Tensor {
    spare.allSatisfy { $0 == 0 } ? tensor : tensor.padded(before: nothing, after: [0, 0] + spare)
  }
  return [
    { extended(problem.conv(g, try call.input(1)), by: spare.map { -$0 }) },
    { problem.weightGrad(g, extended(try call.input(0), by: spare)) }, { channelSums(g) },
  ]
}

func convWeightGradDerivatives(_ call: TapedCall, _ g: Tensor) throws -> [Derivative?] {
  let problem = try ConvolutionShape(weightGrad: call.shape(0), call.shape(1), call.attributes) { GraphError($0, $1) }
  return [{ problem.transpose(try call.input(1), g) }, { problem.conv(try call.input(0), g) }]
}

private func channelSums(_ g: Tensor) -> Tensor { g.sum(g.shape.indices.filter { $0 != 1 }) }

extension ConvolutionShape {
  /// The common attributes of the three operators, all explicit.
  private var attributes: Attributes {
    var attributes: Attributes = [:]
    func set(_ name: String, _ numbers: [Int], unless number: Int) {
      if numbers.contains(where: { $0 != number }) { attributes[name] = .ints(numbers) }
    }
    set("strides", window.axes.map(\.stride), unless: 1)
    set("dilations", window.axes.map(\.dilation), unless: 1)
    set("pads", window.axes.map(\.before) + window.axes.map(\.after), unless: 0)
    if groups != 1 { attributes["group"] = .int(groups) }
    return attributes
  }

  fileprivate func conv(_ x: Tensor, _ w: Tensor) -> Tensor { Tensor.call(.conv, [x, w], attributes) }

  fileprivate func transpose(_ y: Tensor, _ w: Tensor) -> Tensor {
    var attributes = attributes
    let remainders = window.axes.map { $0.output < 0 ? 0 : $0.remainder }
    if remainders.contains(where: { $0 != 0 }) { attributes["output_padding"] = .ints(remainders) }
    return Tensor.call(.convTranspose, [y, w], attributes)
  }

  fileprivate func weightGrad(_ x: Tensor, _ y: Tensor) -> Tensor {
    var attributes = attributes
    attributes["kernel_shape"] = .ints(window.kernel)
    return Tensor.call(.convWeightGrad, [x, y], attributes)
  }
}
