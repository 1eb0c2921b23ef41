import GraphIR

/// A function with a derivative of its own, called by `apply`.
///
/// Conform to ``DifferentiableFunction`` or to ``OnceDifferentiableFunction``. The protocol sets the number of times
/// that the function can be differentiated. Source: `torch.autograd.Function`.
public protocol AutogradFunction {
  /// The name in messages; the type's name by default.
  var name: String { get }

  /// Computes the outputs. Nothing inside is recorded.
  ///
  /// - Parameters:
  ///   - context: stores what ``backward(_:_:)`` needs.
  ///   - inputs: the arguments.
  func forward(_ context: FunctionContext, _ inputs: [Tensor]) throws -> [Tensor]

  /// Computes the vector-Jacobian product for each input.
  ///
  /// - Parameters:
  ///   - context: the context that ``forward(_:_:)`` filled.
  ///   - gradOutputs: the gradient of each output; zeros for an output without one.
  /// - Returns: a gradient for each input; nil stands for zero.
  func backward(_ context: FunctionContext, _ gradOutputs: [Tensor]) throws -> [Tensor?]
}

extension AutogradFunction {
  /// The type's name.
  public var name: String { "\(Self.self)" }
}

/// A function whose ``AutogradFunction/backward(_:_:)`` uses tensor operators. Its derivative can be differentiated
/// again.
public protocol DifferentiableFunction: AutogradFunction {}

/// A function whose ``AutogradFunction/backward(_:_:)`` is not recorded. Differentiating its gradient is an error.
///
/// Source: `torch.autograd.function.once_differentiable`.
public protocol OnceDifferentiableFunction: AutogradFunction {}

/// The storage of a function between its forward and its backward computation.
public final class FunctionContext {
  private enum Saved {
    case input(Int)
    case output(Int)
    case other(Tensor)
  }

  /// Whether each input needs a gradient. The gradients of other inputs are dropped.
  public let needsInputGrad: [Bool]
  /// The saved tensors in the order of saving. Inputs and outputs are connected to the graph. Empty outside of
  /// ``AutogradFunction/backward(_:_:)``.
  public fileprivate(set) var savedTensors: [Tensor] = []
  private var pending: [Tensor] = []
  private var saved: [Saved] = []
  fileprivate var nonDifferentiable: [Tensor] = []

  fileprivate init(needsInputGrad: [Bool]) { self.needsInputGrad = needsInputGrad }

  /// Stores tensors for ``AutogradFunction/backward(_:_:)``.
  ///
  /// Changing a stored input in place before then is an error. A tensor that is neither an input nor an output is a
  /// constant for the second derivative. If that is wrong, return it as an output.
  public func saveForBackward(_ tensors: Tensor...) { pending += tensors }

  /// Marks outputs that have no gradient.
  public func markNonDifferentiable(_ outputs: Tensor...) { nonDifferentiable += outputs }

  /// Stores inputs and outputs by index. The node holds the inputs. Holding the outputs would be a reference cycle.
  fileprivate func seal(inputs: [Tensor], outputs: [Tensor]) {
    saved = pending.map { tensor in
      if let index = inputs.firstIndex(where: { $0 === tensor }) { return .input(index) }
      if let index = outputs.firstIndex(where: { $0 === tensor }) { return .output(index) }
      return .other(tensor)
    }
    (pending, nonDifferentiable) = ([], [])
  }

  /// Runs `body` with the saved tensors available.
  fileprivate func withSavedTensors<Result>(
    of node: TapeNode, outputs: [Tensor.Payload], _ body: () throws -> Result
  ) throws -> Result {
    savedTensors = try saved.map { saved in
      switch saved {
      case .input(let index): try node.input(index)
      case .output(let index): node.output(index, outputs[index])
      case .other(let tensor): tensor
      }
    }
    defer { savedTensors = [] }
    return try body()
  }
}

/// Calls a function that can be differentiated any number of times.
///
/// - Throws: errors of the function; ``AutogradError`` in backward, for gradients that do not fit the inputs.
public func apply(_ function: some DifferentiableFunction, _ inputs: [Tensor]) throws -> [Tensor] {
  try call(function, inputs) { body, _, _ in try body() }
}

/// Calls a function that can be differentiated once.
///
/// - Throws: errors of the function; ``AutogradError`` in backward, for gradients that do not fit the inputs and for a
///   second differentiation.
public func apply(_ function: some OnceDifferentiableFunction, _ inputs: [Tensor]) throws -> [Tensor] {
  let name = function.name
  return try call(function, inputs) { body, node, gradOutputs in
    let gradients = try noGrad(body)
    guard GradMode.isEnabled else { return gradients }
    let sources = gradOutputs.filter(\.requiresGrad) + node.inputs.compactMap { $0?.tensor }.filter(\.requiresGrad)
    return gradients.map { gradient in
      guard let gradient else { return nil }
      let end = FunctionNode("the derivative of \(name)", inputs: sources, [gradient.type]) { _, _ in
        throw AutogradError(
          .notDifferentiable,
          "\(name) can be differentiated once only; write its backward in tensor operators and make it a "
            + "DifferentiableFunction")
      }
      return Tensor(gradient.payload, type: gradient.type, requiresGrad: true, node: end)
    }
  }
}

/// - Parameters:
///   - function: the function to call.
///   - inputs: its arguments.
///   - differentiate: runs the backward computation of a node for the gradients of its outputs.
private func call(
  _ function: some AutogradFunction, _ inputs: [Tensor],
  _ differentiate: @escaping (() throws -> [Tensor?], FunctionNode, [Tensor]) throws -> [Tensor?]
) throws -> [Tensor] {
  let isRecorded = GradMode.isEnabled && inputs.contains(where: \.requiresGrad)
  let context = FunctionContext(needsInputGrad: inputs.map { isRecorded && $0.requiresGrad })
  let outputs = try noGrad { try function.forward(context, inputs) }
  let isDifferentiable = outputs.map { output in
    isRecorded && output.dtype.isFloatingPoint && !context.nonDifferentiable.contains { $0 === output }
  }
  context.seal(inputs: inputs, outputs: outputs)
  guard isDifferentiable.contains(true) else { return outputs.map { $0.detached() } }
  let payloads = outputs.map(\.payload)
  let node = FunctionNode(function.name, inputs: inputs, outputs.map(\.type)) { node, gradients in
    let vectors = zip(gradients, node.outputTypes).map { $0 ?? .zeros($1.shape, dtype: $1.dtype) }
    let found = try context.withSavedTensors(of: node, outputs: payloads) {
      try differentiate({ try function.backward(context, vectors) }, node, vectors)
    }
    try check(found, of: node)
    return found
  }
  node.origin = AnomalyMode.check(function.name, inputs: inputs.map(\.knownValue), outputs: payloads)
  return outputs.indices.map { isDifferentiable[$0] ? node.output($0, payloads[$0]) : outputs[$0].detached() }
}

private func check(_ gradients: [Tensor?], of node: FunctionNode) throws {
  guard gradients.count == node.inputs.count else {
    throw AutogradError(
      .function,
      "backward of \(node.name): expected a gradient for each of its \(node.inputs.count) inputs, "
        + "found \(gradients.count)")
  }
  for (index, (gradient, input)) in zip(gradients, node.inputs).enumerated() {
    guard let gradient, let tensor = input?.tensor, tensor.requiresGrad, gradient.type != tensor.type else { continue }
    throw AutogradError(
      .function,
      "backward of \(node.name): expected \(tensor.type) as the gradient of input \(index), found \(gradient.type)")
  }
}
