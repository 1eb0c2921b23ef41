import GraphIR

/// Calls an operator. Every other computation of tensors uses this function.
///
/// Checks the call against the operator's signature. Runs it on ``CurrentBackend``, or appends it to the trace of an
/// input. Records it on the tape if a gradient is needed.
///
/// - Parameters:
///   - op: the operator.
///   - inputs: the operator's inputs in ONNX's order; nil for an omitted optional input.
///   - attributes: the attributes that differ from the operator's defaults.
///   - outputCount: the number of outputs to compute.
/// - Throws: `GraphError` where the arguments do not fit the operator; errors of the backend.
public func apply(
  _ op: Op, _ inputs: [Tensor?], _ attributes: Attributes = [:], outputCount: Int = 1
) throws -> [Tensor] {
  let values = inputs.map { $0?.knownValue }
  let types = try op.definition.infer(
    InferenceContext(
      op, inputs: inputs.map { $0?.type }, constants: values, attributes: attributes, outputCount: outputCount))
  let isRecorded =
    inputs.contains { $0?.requiresGrad == true } && types.contains(where: \.dtype.isFloatingPoint) && GradMode.isEnabled
    && op != .stopGradient
  let payloads: [Tensor.Payload]
  if let trace = trace(of: inputs) {
    payloads = try trace.append(op, inputs, attributes, outputCount: outputCount)
  } else {
    let results = try CurrentBackend.value.run(op, inputs: values, attributes: attributes, outputs: types)
    // Nothing needs to be recorded.
    if !isRecorded, !AnomalyMode.isEnabled {
      return results.indices.map { Tensor(.value(results[$0]), type: types[$0], requiresGrad: false) }
    }
    payloads = results.map(Tensor.Payload.value)
  }
  let origin = AnomalyMode.check(op.rawValue, inputs: values, outputs: payloads)
  guard isRecorded else { return zip(payloads, types).map { Tensor($0, type: $1, requiresGrad: false) } }
  let node = OperatorNode(op, attributes, inputs: inputs, outputs: payloads, types)
  node.origin = origin
  return types.indices.map { index in
    let isDifferentiable = types[index].dtype.isFloatingPoint
    return Tensor(
      payloads[index], type: types[index], requiresGrad: isDifferentiable, node: isDifferentiable ? node : nil,
      outputIndex: index)
  }
}

/// The trace that one of the tensors belongs to.
private func trace(of tensors: [Tensor?]) -> Trace? {
  for tensor in tensors { if let trace = tensor?.trace { return trace } }
  return nil
}

extension Tensor {
  /// The trace that the tensor is a symbol of.
  var trace: Trace? {
    guard case .symbol(_, let trace) = payload else { return nil }
    return trace
  }

  /// Calls an operator with one output from library code. Arguments that do not fit are a programmer error.
  static func call(_ op: Op, _ inputs: [Tensor?], _ attributes: Attributes = [:]) -> Tensor {
    do {
      return try apply(op, inputs, attributes)[0]
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
