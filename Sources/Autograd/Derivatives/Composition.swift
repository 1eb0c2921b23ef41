import GraphIR

/// The derivatives of an operator that is a composition of others. The composition is computed again and
/// differentiated.
///
/// The inner walk ends at aliases of the inputs. With `createGraph` an alias is connected to its input. The derivative
/// can then be differentiated again.
func composedDerivatives(of call: TapedCall) throws -> [Derivative?] {
  let inputs = try call.node.inputs.indices.map { call.node.inputs[$0] == nil ? nil : try call.input($0) }
  var gradients: [Tensor?]?
  return inputs.indices.map { index in
    guard let input = inputs[index], input.dtype.isFloatingPoint else { return nil }
    return {
      if gradients == nil { gradients = try composedGradients(call, inputs) }
      return gradients?[index]
    }
  }
}

/// The gradient of every input; nil where it is zero or not wanted.
private func composedGradients(_ call: TapedCall, _ inputs: [Tensor?]) throws -> [Tensor?] {
  // A known value that is not floating-point is a constant of the composition: it may be a shape.
  let signature = call.op.definition.signature
  let constants = inputs.enumerated().map { index, input in
    input.flatMap { signature.isKnown(index, $0.dtype) ? $0.knownValue : nil }
  }
  guard
    let graph = try call.op.composition(
      of: inputs.map { $0?.type }, constants: constants, attributes: call.node.attributes,
      outputCount: call.node.outputTypes.count)
  else { preconditionFailure("\(call.op.rawValue) has no composition") }
  let createGraph = GradMode.isEnabled
  let aliases = try inputs.map { input -> Tensor? in
    guard let input else { return nil }
    guard input.requiresGrad else { return input }
    return createGraph ? try apply(.identity, [input])[0] : input.detached(requiresGrad: true)
  }
  let arguments = aliases.indices.filter { constants[$0] == nil }.compactMap { aliases[$0] }
  let outputs = try AnomalyMode.recompute { try enableGrad { try graph(arguments, parameters: [:]).outputs } }
  let wanted = aliases.indices.filter { aliases[$0]?.requiresGrad == true }
  let pairs = zip(outputs, call.gradOutputs).filter { $0.requiresGrad && $1 != nil }
  guard !pairs.isEmpty else { return [Tensor?](repeating: nil, count: inputs.count) }
  let found = try grad(
    pairs.map(\.0), wanted.compactMap { aliases[$0] }, gradOutputs: pairs.map(\.1), createGraph: createGraph,
    allowUnused: true)
  var gradients = [Tensor?](repeating: nil, count: inputs.count)
  for (index, gradient) in zip(wanted, found) { gradients[index] = gradient }
  return gradients
}
