import GraphIR

/// The sum over `outputs` of the vector-Jacobian products with respect to each input.
///
/// Source: `torch.autograd.grad`, with its semantics and argument names.
///
/// - Parameters:
///   - outputs: the tensors to differentiate.
///   - inputs: the variables: leaves that require a gradient, or tensors computed from such leaves.
///   - gradOutputs: the vector for each output, of its shape. nil, for all outputs or for one, stands for 1 if the
///     output is a scalar.
///   - retainGraph: keeps the graph, which can then be differentiated again. Defaults to `createGraph`.
///   - createGraph: records the computation of the derivative, which can then be differentiated, to any order.
///   - onlyInputs: false also accumulates the gradients of all other leaves into their ``Tensor/grad``.
///   - allowUnused: returns nil for an input that the outputs do not depend on, instead of an error.
///   - materializeGrads: returns zeros for such an input.
///   - batched: every element of `gradOutputs` has an additional leading dimension, and so has every result, zeros
///     included (PyTorch's materialised zeros lack it).
/// - Returns: a gradient for each input.
/// - Throws: ``AutogradError`` with the wrong argument and the remedy.
public func grad(
  _ outputs: [Tensor], _ inputs: [Tensor], gradOutputs: [Tensor?]? = nil, retainGraph: Bool? = nil,
  createGraph: Bool = false, onlyInputs: Bool = true, allowUnused: Bool = false, materializeGrads: Bool = false,
  batched: Bool = false
) throws -> [Tensor?] {
  let vectors = gradOutputs ?? [Tensor?](repeating: nil, count: outputs.count)
  guard !batched else {
    return try batchedGrad(outputs, inputs, vectors, retainGraph: retainGraph ?? createGraph) {
      try grad(
        outputs, inputs, gradOutputs: $0, retainGraph: $1, createGraph: createGraph, onlyInputs: onlyInputs,
        allowUnused: allowUnused, materializeGrads: materializeGrads)
    }
  }
  for (index, input) in inputs.enumerated() where !input.requiresGrad {
    throw AutogradError(
      .requiresNoGrad,
      "input \(index), a \(input.type), does not require a gradient; create it with requiresGrad: true")
  }
  var pass = try BackwardPass(outputs, vectors, inputs: inputs, onlyInputs: onlyInputs, createGraph: createGraph)
  try pass.run(retainGraph: retainGraph ?? createGraph)
  if !onlyInputs { pass.accumulateIntoLeaves(except: inputs) }
  return try inputs.enumerated().map { index, input in
    if let gradient = pass.gradient(of: input) { return gradient }
    if pass.reaches(input) || materializeGrads { return .zeros(like: input) }
    guard allowUnused else {
      throw AutogradError(
        .unused,
        """
        input \(index), a \(input.type), is not used by the outputs; pass allowUnused: true for nil, or \
        materializeGrads: true for zeros
        """)
    }
    return nil
  }
}

/// The vector-Jacobian product of one output with respect to one input, a common case of
/// ``grad(_:_:gradOutputs:retainGraph:createGraph:onlyInputs:allowUnused:materializeGrads:batched:)``.
///
/// - Throws: ``AutogradError``, also where the output does not depend on the input.
public func grad(
  _ output: Tensor, _ input: Tensor, gradOutputs: Tensor? = nil, retainGraph: Bool? = nil, createGraph: Bool = false,
  onlyInputs: Bool = true, materializeGrads: Bool = false, batched: Bool = false
) throws -> Tensor {
  let gradients = try grad(
    [output], [input], gradOutputs: [gradOutputs], retainGraph: retainGraph, createGraph: createGraph,
    onlyInputs: onlyInputs, materializeGrads: materializeGrads, batched: batched)
  guard let gradient = gradients[0] else { preconditionFailure("grad returned nil without allowUnused") }
  return gradient
}

extension Tensor {
  /// Adds the gradient of this tensor to the ``grad`` of every leaf that it depends on.
  ///
  /// - Parameters:
  ///   - gradient: the vector; nil stands for 1 where this is a scalar.
  ///   - retainGraph: keeps the graph for another pass. Defaults to `createGraph`.
  ///   - createGraph: makes the gradients differentiable. A leaf and its gradient then form a reference cycle until
  ///     ``grad`` is nil again. The function `grad` avoids that.
  /// - Throws: ``AutogradError``.
  public func backward(gradient: Tensor? = nil, retainGraph: Bool? = nil, createGraph: Bool = false) throws {
    var pass = try BackwardPass([self], [gradient], inputs: [], onlyInputs: false, createGraph: createGraph)
    try pass.run(retainGraph: retainGraph ?? createGraph)
    pass.accumulateIntoLeaves(except: [])
  }
}

/// Runs one pass for each element of the leading dimension, and stacks the results.
private func batchedGrad(
  _ outputs: [Tensor], _ inputs: [Tensor], _ vectors: [Tensor?], retainGraph: Bool,
  _ single: ([Tensor?], _ retainGraph: Bool) throws -> [Tensor?]
) throws -> [Tensor?] {
  let counts = Set(vectors.compactMap { $0.map { $0.shape.first ?? 0 } })
  guard vectors.count == outputs.count, counts.count == 1, let count = counts.first, count > 0 else {
    throw AutogradError(
      .gradOutputs, "batched: expected gradOutputs with one leading dimension for all, found extents \(counts.sorted())"
    )
  }
  var columns = [[Tensor?]](repeating: [], count: inputs.count)
  for index in 0..<count {
    let slice = vectors.map { vector in
      vector.map { $0.sliced(axis: 0, from: index, to: index + 1).reshaped(to: Shape($0.shape.dropFirst())) }
    }
    for (column, gradient) in try single(slice, retainGraph || index < count - 1).enumerated() {
      columns[column].append(gradient.map { $0.reshaped(to: Shape([1] + $0.shape.dimensions)) })
    }
  }
  return columns.map { column in
    let rows = column.compactMap { $0 }
    return rows.count == count ? concatenated(rows, axis: 0) : nil
  }
}
