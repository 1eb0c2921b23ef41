import GraphIR

/// Computes `body` without keeping the tensors for its derivative. Backward computes them again.
///
/// Tensors that `body` captures get their gradients as usual. Derivatives of any order exist. `body` must compute the
/// same each time: draw random numbers from the stream of ``checkpoint(drawing:_:)-(_,(RandomStream)->[Tensor])``.
///
/// ```swift
/// let y = try checkpoint { try block(x) }
/// ```
/// Source: Chen, Xu, Zhang, Guestrin, "Training Deep Nets with Sublinear Memory Cost", arXiv:1604.06174;
/// `torch.utils.checkpoint`.
///
/// - Throws: errors of `body`; ``AutogradError`` in backward, if a captured tensor was changed in place or `body`
///   returns other types than the first time.
public func checkpoint(_ body: @escaping () throws -> [Tensor]) throws -> [Tensor] {
  guard GradMode.isEnabled else { return try body() }
  let start = TapeNode.nextSequence()
  let outputs = try body()
  guard outputs.contains(where: \.requiresGrad) else { return outputs }
  let types = outputs.map(\.type)
  let node = FunctionNode("checkpoint", inputs: captures(of: outputs, since: start), types) { node, gradients in
    try recompute(body, node, gradients)
  }
  node.origin = AnomalyMode.check(node.name, inputs: [], outputs: [])
  return outputs.enumerated().map { index, output in
    output.requiresGrad ? node.output(index, output.payload) : output
  }
}

/// Computes `body` with one output without keeping the tensors for its derivative.
///
/// - Throws: as `checkpoint` of several outputs does.
public func checkpoint(_ body: @escaping () throws -> Tensor) throws -> Tensor {
  try checkpoint { [try body()] }[0]
}

/// Computes `body`, which draws from a stream, without keeping the tensors for its derivative. The recomputation draws
/// the same numbers.
///
/// - Parameters:
///   - stream: the source of the draws, which advances once.
///   - body: the computation, which draws from its argument.
/// - Throws: as `checkpoint` without a stream does.
public func checkpoint(
  drawing stream: inout RandomStream, _ body: @escaping (inout RandomStream) throws -> [Tensor]
) throws -> [Tensor] {
  let start = stream
  var end: RandomStream?
  let outputs = try checkpoint {
    var stream = start
    defer { if end == nil { end = stream } }
    return try body(&stream)
  }
  stream = end ?? start
  return outputs
}

/// Computes `body`, which has one output and draws from a stream, without keeping the tensors for its derivative.
///
/// - Parameters:
///   - stream: the source of the draws, which advances once.
///   - body: the computation, which draws from its argument.
/// - Throws: as `checkpoint` of several outputs does.
public func checkpoint(
  drawing stream: inout RandomStream, _ body: @escaping (inout RandomStream) throws -> Tensor
) throws -> Tensor {
  try checkpoint(drawing: &stream) { stream in [try body(&stream)] }[0]
}

/// The tensors from outside from which nodes since number `start` computed `outputs`.
private func captures(of outputs: [Tensor], since start: Int) -> [Tensor] {
  var captures: [Tensor] = []
  var seen: Set<ObjectIdentifier> = []
  var pending = outputs
  while let tensor = pending.popLast() {
    guard tensor.requiresGrad else { continue }
    if let node = tensor.node, node.sequence >= start {
      guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
      pending += node.inputs.compactMap { $0?.tensor }
    } else if seen.insert(ObjectIdentifier(tensor)).inserted {
      captures.append(tensor)
    }
  }
  return captures
}

/// Computes `body` again and walks the recorded nodes back to the captured tensors.
private func recompute(
  _ body: () throws -> [Tensor], _ node: FunctionNode, _ gradients: [Tensor?]
) throws -> [Tensor?] {
  let inputs = try node.inputs.indices.map(node.input)
  let createGraph = GradMode.isEnabled
  let start = TapeNode.nextSequence()
  let outputs = try AnomalyMode.recompute { try enableGrad(body) }
  guard outputs.map(\.type) == node.outputTypes else {
    throw AutogradError(
      .function,
      "checkpoint: expected the recomputation to return \(node.outputTypes), found \(outputs.map(\.type)); "
        + "the body must compute the same each time")
  }
  let pairs = zip(outputs, gradients).filter { $0.requiresGrad && $1 != nil }
  var pass = try BackwardPass(
    pairs.map(\.0), pairs.map(\.1), inputs: inputs, onlyInputs: true, createGraph: createGraph, since: start)
  try pass.run(retainGraph: createGraph)
  return inputs.map(pass.gradient(of:))
}
