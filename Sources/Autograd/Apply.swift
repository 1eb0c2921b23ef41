import GraphIR

/// Calls an operator: the one way by which tensors come about.
///
/// Checks the call against the operator's signature, runs it on ``CurrentBackend``, or appends it to the trace that an input
/// belongs to, and puts it on the tape when a gradient is wanted.
///
/// - Parameters:
///   - inputs: the operator's inputs in ONNX's order; nil for an optional one that is left out.
///   - attributes: what differs from the operator's defaults.
///   - outputCount: how many outputs to compute.
/// - Throws: ``GraphError`` where the arguments do not fit the operator, or what the backend throws.
public func apply(
  _ op: Op, _ inputs: [Tensor?], _ attributes: Attributes = [:], outputCount: Int = 1
) throws -> [Tensor] {
  let types = try op.definition.infer(
    InferenceContext(
      op, inputs: inputs.map { $0?.type }, constants: inputs.map { $0?.knownValue }, attributes: attributes,
      outputCount: outputCount))
  let payloads: [Tensor.Payload]
  if let trace = inputs.lazy.compactMap({ $0?.trace }).first {
    payloads = try trace.append(op, inputs, attributes, outputCount: outputCount)
  } else {
    payloads = try CurrentBackend.value
      .run(op, inputs: inputs.map { $0?.knownValue }, attributes: attributes, outputs: types)
      .map(Tensor.Payload.value)
  }
  let isRecorded = GradMode.isEnabled && inputs.contains { $0?.requiresGrad == true }
  guard isRecorded, types.contains(where: \.dtype.isFloatingPoint) else {
    return zip(payloads, types).map { Tensor($0, type: $1, requiresGrad: false) }
  }
  let outputs = Array(zip(payloads, types)).map { (payload: $0.0, type: $0.1) }
  let node = TapeNode(op, attributes, inputs: inputs, outputs: outputs)
  return outputs.enumerated().map { index, output in
    let isDifferentiable = output.type.dtype.isFloatingPoint
    return Tensor(
      output.payload, type: output.type, requiresGrad: isDifferentiable, node: isDifferentiable ? node : nil,
      outputIndex: index)
  }
}

extension Tensor {
  /// The trace that the tensor is a symbol of.
  var trace: Trace? {
    guard case .symbol(_, let trace) = payload else { return nil }
    return trace
  }

  /// Calls an operator with one output from library code, where arguments that do not fit are a programmer's error.
  static func call(_ op: Op, _ inputs: [Tensor?], _ attributes: Attributes = [:]) -> Tensor {
    do {
      return try apply(op, inputs, attributes)[0]
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
