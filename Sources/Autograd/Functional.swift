import GraphIR

// Derivatives of functions rather than of results. Source: `torch.autograd.functional`, with its names and arguments.
//
// With `createGraph` the results can be differentiated, also with respect to the sources of the inputs. `strict` throws
// an error for an output that does not depend on an input; otherwise the result is zeros. With `createGraph` it also
// throws for a derivative that does not depend on an input.

/// A function of several tensors with several results.
public typealias TensorFunction = ([Tensor]) throws -> [Tensor]

/// The outputs of a function and the product of `vectors` with its Jacobian.
///
/// - Parameters:
///   - function: the function to differentiate.
///   - inputs: its arguments.
///   - vectors: one for each output, of its type; nil stands for 1 where the only output has one element.
///   - createGraph: whether the results can be differentiated; false by default.
///   - strict: whether an output that does not depend on an input is an error. By default the result is zeros.
/// - Returns: the outputs, and a product for each input, of its type.
/// - Throws: ``AutogradError``; errors of `function`.
public func vjp(
  _ function: TensorFunction, _ inputs: [Tensor], _ vectors: [Tensor]? = nil, createGraph: Bool = false,
  strict: Bool = false
) throws -> (outputs: [Tensor], vjp: [Tensor]) {
  try enableGrad {
    let call = try FunctionCall(function, inputs, createGraph: createGraph, strict: strict)
    let products = try call.gradients(vectors, createGraph: createGraph)
    return (call.finish(call.outputs), call.finish(products))
  }
}

/// The outputs of a function and the product of its Jacobian with `vectors`, by two vector-Jacobian products.
///
/// - Parameters:
///   - function: the function to differentiate.
///   - inputs: its arguments.
///   - vectors: one for each input, of its type; nil stands for 1 where the only input has one element.
///   - createGraph: whether the results can be differentiated; false by default.
///   - strict: whether an output that does not depend on an input is an error. By default the result is zeros.
/// - Returns: the outputs, and a product for each output, of its type.
/// - Throws: ``AutogradError``; errors of `function`.
public func jvp(
  _ function: TensorFunction, _ inputs: [Tensor], _ vectors: [Tensor]? = nil, createGraph: Bool = false,
  strict: Bool = false
) throws -> (outputs: [Tensor], jvp: [Tensor]) {
  try enableGrad {
    let call = try FunctionCall(function, inputs, createGraph: createGraph, strict: strict)
    // The vector-Jacobian product is linear in its vector u. Its derivative with respect to u is the Jacobian.
    let u = call.outputs.map { Tensor.zeros(like: $0).detached(requiresGrad: true) }
    let products = try call.gradients(u, createGraph: true)
    return (call.finish(call.outputs), call.finish(try call.transposed(products, u, vectors, "input")))
  }
}

/// The output of a scalar function and the product of its Hessian with `vectors`.
///
/// - Parameters:
///   - function: the function to differentiate, with one output of one element.
///   - inputs: its arguments.
///   - vectors: one for each input, of its type; nil stands for 1 where the only input has one element.
///   - createGraph: whether the results can be differentiated; false by default.
///   - strict: whether an output or its gradient that does not depend on an input is an error. By default the result
///     is zeros.
/// - Returns: the output, and a product for each input, of its type.
/// - Throws: ``AutogradError``; errors of `function`.
public func hvp(
  _ function: TensorFunction, _ inputs: [Tensor], _ vectors: [Tensor]? = nil, createGraph: Bool = false,
  strict: Bool = false
) throws -> (outputs: [Tensor], hvp: [Tensor]) {
  try enableGrad {
    let call = try FunctionCall(function, inputs, createGraph: createGraph, strict: strict)
    let gradient = try call.gradientOfScalar(named: "hvp")
    let u = call.inputs.map { Tensor.zeros(like: $0).detached(requiresGrad: true) }
    let products = try call.gradients(of: gradient, u, createGraph: true, "the Jacobian of the function")
    return (call.finish(call.outputs), call.finish(try call.transposed(products, u, vectors, "input")))
  }
}

/// The output of a scalar function and the product of `vectors` with its Hessian.
///
/// The results are those of ``hvp(_:_:_:createGraph:strict:)->([Tensor],_)``, with one pass less.
///
/// - Parameters:
///   - function: the function to differentiate, with one output of one element.
///   - inputs: its arguments.
///   - vectors: one for each input, of its type; nil stands for 1 where the only input has one element.
///   - createGraph: whether the results can be differentiated; false by default.
///   - strict: whether an output or its gradient that does not depend on an input is an error. By default the result
///     is zeros.
/// - Returns: the output, and a product for each input, of its type.
/// - Throws: ``AutogradError``; errors of `function`.
public func vhp(
  _ function: TensorFunction, _ inputs: [Tensor], _ vectors: [Tensor]? = nil, createGraph: Bool = false,
  strict: Bool = false
) throws -> (outputs: [Tensor], vhp: [Tensor]) {
  try enableGrad {
    let call = try FunctionCall(function, inputs, createGraph: createGraph, strict: strict)
    let gradient = try call.gradientOfScalar(named: "vhp")
    let vectors = try FunctionCall.vectors(vectors, like: call.inputs, "input")
    let products = try call.gradients(
      of: gradient, vectors, createGraph: createGraph, "the Jacobian of the function")
    return (call.finish(call.outputs), call.finish(products))
  }
}

/// The Jacobian of a function.
///
/// - Returns: for each output, for each input: a tensor whose shape is the output's followed by the input's.
/// - Throws: ``AutogradError``; errors of `function`.
public func jacobian(
  _ function: TensorFunction, _ inputs: [Tensor], createGraph: Bool = false, strict: Bool = false
) throws -> [[Tensor]] {
  try enableGrad {
    let call = try FunctionCall(function, inputs, createGraph: createGraph, strict: strict)
    return try call.outputs.map { call.finish(try call.jacobian(of: $0, createGraph: createGraph)) }
  }
}

/// The Hessian of a scalar function.
///
/// - Returns: for each input, for each input: a tensor whose shape is the first's followed by the second's.
/// - Throws: ``AutogradError``; errors of `function`.
public func hessian(
  _ function: TensorFunction, _ inputs: [Tensor], createGraph: Bool = false, strict: Bool = false
) throws -> [[Tensor]] {
  try enableGrad {
    let call = try FunctionCall(function, inputs, createGraph: createGraph, strict: strict)
    let gradient = try call.gradientOfScalar(named: "hessian")
    return try gradient.map {
      call.finish(try call.jacobian(of: $0, createGraph: createGraph, "the Jacobian of the function"))
    }
  }
}

/// One call of the function, with inputs of its own.
private struct FunctionCall {
  let inputs, outputs: [Tensor]
  let createGraph, strict: Bool

  init(_ function: TensorFunction, _ arguments: [Tensor], createGraph: Bool, strict: Bool) throws {
    self.createGraph = createGraph
    self.strict = strict
    // With createGraph an alias stays connected to its argument.
    inputs = try arguments.map { argument in
      createGraph && argument.requiresGrad
        ? try apply(.identity, [argument])[0] : argument.detached(requiresGrad: true)
    }
    outputs = try function(inputs)
    if strict, let index = outputs.firstIndex(where: { !$0.requiresGrad }) {
      throw AutogradError(.unused, "output \(index) of the function depends on no input; pass strict: false for zeros")
    }
  }

  /// The vectors; ones if `vectors` is nil and there is a single element.
  static func vectors(_ vectors: [Tensor]?, like tensors: [Tensor], _ kind: String) throws -> [Tensor] {
    guard let vectors else {
      guard tensors.count == 1, tensors[0].shape.isStatic, tensors[0].shape.elementCount == 1 else {
        throw AutogradError(
          .gradOutputs, "vectors may be left out for a single \(kind) of one element, not for \(tensors.map(\.type))")
      }
      return [.ones(like: tensors[0])]
    }
    guard vectors.map(\.type) == tensors.map(\.type) else {
      throw AutogradError(
        .gradOutputs, "the vectors are \(vectors.map(\.type)), expected \(tensors.map(\.type)) as the \(kind)s")
    }
    return vectors
  }

  /// The vector-Jacobian product of the outputs.
  func gradients(_ vectors: [Tensor]?, createGraph: Bool) throws -> [Tensor] {
    try gradients(of: outputs, Self.vectors(vectors, like: outputs, "output"), createGraph: createGraph, "the function")
  }

  func gradients(
    of results: [Tensor], _ vectors: [Tensor], createGraph: Bool, _ what: String
  ) throws -> [Tensor] {
    try Self.gradients(of: results, with: inputs, vectors, createGraph: createGraph).enumerated().map { index, found in
      try checked(found, input: index, what) ?? .zeros(like: inputs[index])
    }
  }

  private static func gradients(
    of results: [Tensor], with inputs: [Tensor], _ vectors: [Tensor], createGraph: Bool
  ) throws -> [Tensor?] {
    let pairs = zip(results, vectors).filter { $0.0.requiresGrad }
    guard !pairs.isEmpty else { return inputs.map { _ in nil } }
    return try grad(
      pairs.map(\.0), inputs, gradOutputs: pairs.map(\.1), retainGraph: true, createGraph: createGraph,
      allowUnused: true)
  }

  /// The derivative with respect to `u` of products that are linear in it.
  func transposed(_ products: [Tensor], _ u: [Tensor], _ vectors: [Tensor]?, _ kind: String) throws -> [Tensor] {
    let vectors = try Self.vectors(vectors, like: inputs, kind)
    return zip(try Self.gradients(of: products, with: u, vectors, createGraph: createGraph), u)
      .map { $0 ?? .zeros(like: $1) }
  }

  /// The gradient of the only output, which has a graph.
  func gradientOfScalar(named name: String) throws -> [Tensor] {
    guard outputs.count == 1, outputs[0].shape.isStatic, outputs[0].shape.elementCount == 1 else {
      throw AutogradError(
        .nonScalarOutput, "\(name) needs a function with one output of one element, found \(outputs.map(\.type))")
    }
    let gradient = try gradients([.ones(like: outputs[0])], createGraph: true)
    if strict, let index = gradient.firstIndex(where: { !$0.requiresGrad }) {
      throw AutogradError(
        .unused,
        "the Jacobian of the function with respect to input \(index) is constant; pass strict: false for zeros")
    }
    return gradient
  }

  /// The derivatives of every element of `output`.
  func jacobian(of output: Tensor, createGraph: Bool, _ what: String = "the function") throws -> [Tensor] {
    let count = output.shape.elementCount
    func zeros(_ input: Tensor) -> Tensor {
      .zeros(Shape(output.shape.dimensions + input.shape.dimensions), dtype: input.dtype)
    }
    guard output.requiresGrad, count > 0 else {
      if strict, !output.requiresGrad { _ = try checked(nil, input: 0, what) }
      return inputs.map(zeros)
    }
    var unit = [Double](repeating: 0, count: count * count)
    for row in 0..<count { unit[row * count + row] = 1 }
    let vectors = Tensor(TensorValue(unit, shape: Shape([count] + output.shape))).cast(to: output.dtype)
    let rows = try grad(
      [output], inputs, gradOutputs: [vectors], retainGraph: true, createGraph: createGraph, allowUnused: true,
      batched: true)
    return try rows.enumerated().map { index, found in
      try checked(found, input: index, what)?.reshaped(
        to: Shape(output.shape.dimensions + inputs[index].shape.dimensions))
        ?? zeros(inputs[index])
    }
  }

  /// The gradient, unless `strict` forbids it.
  private func checked(_ gradient: Tensor?, input: Int, _ what: String) throws -> Tensor? {
    guard strict else { return gradient }
    guard let gradient else {
      throw AutogradError(.unused, "\(what) does not depend on input \(input); pass strict: false for zeros")
    }
    guard !createGraph || gradient.requiresGrad else {
      throw AutogradError(
        .unused,
        "the derivative of \(what) with respect to input \(input) is constant; pass strict: false to allow that")
    }
    return gradient
  }

  /// The results for the caller: without a graph unless `createGraph` is set.
  func finish(_ tensors: [Tensor]) -> [Tensor] { createGraph ? tensors : tensors.map { $0.detached() } }
}
