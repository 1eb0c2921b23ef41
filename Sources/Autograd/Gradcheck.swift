import GraphIR

/// Compares the derivative of `function` with central differences, element by element.
///
/// Order n checks the function of inputs and `gradOutputs` that n - 1 nested calls of
/// ``grad(_:_:gradOutputs:retainGraph:createGraph:onlyInputs:allowUnused:materializeGrads:batched:)`` compute.
/// Source: `torch.autograd.gradcheck` and `gradgradcheck`, with their defaults.
///
/// - Parameters:
///   - inputs: float64 values at which to check; int64 and bool values are passed through.
///   - order: the order of the derivative, at least 1; 1 by default.
///   - eps: the step of the differences; 1e-6 by default.
///   - atol: the allowed absolute error; 1e-5 by default.
///   - rtol: the allowed relative error; 1e-3 by default.
///   - function: the function to check.
/// - Throws: ``AutogradError`` with the input, the element and both values; errors of `function`.
public func gradcheck(
  _ inputs: [TensorValue], order: Int = 1, eps: Double = 1e-6, atol: Double = 1e-5, rtol: Double = 1e-3,
  _ function: @escaping ([Tensor]) throws -> [Tensor]
) throws {
  precondition(order >= 1, "order \(order), expected 1 or more")
  if let index = inputs.firstIndex(where: { $0.dtype == .float32 }) {
    throw AutogradError(.gradcheck, "input \(index) is float32, whose rounding hides errors; expected float64")
  }
  guard order > 1 else {
    try FirstOrderCheck(eps: eps, atol: atol, rtol: rtol, function: function).run(inputs)
    return
  }
  let outputs = try function(variables(inputs)).filter { $0.dtype.isFloatingPoint }
  var stream = RandomStream(seed: 0, name: "gradcheck")
  let vectors = outputs.map { output in
    TensorValue(stream.normal(output.shape.elementCount).map(Double.init), shape: output.shape)
  }
  try gradcheck(
    inputs + vectors, order: order - 1, eps: eps, atol: atol, rtol: rtol, gradients(of: function, inputs.count))
}

/// Compares the second derivative of `function` with central differences of the first.
///
/// This is `gradcheck` of the function of inputs and `gradOutputs` that returns the gradients.
///
/// Source: `torch.autograd.gradgradcheck`, with its defaults.
///
/// - Parameters:
///   - inputs: float64 values at which to check.
///   - gradOutputs: a vector for each floating-point output; random ones by default.
///   - eps: the step of the differences; 1e-6 by default.
///   - atol: the allowed absolute error; 1e-5 by default.
///   - rtol: the allowed relative error; 1e-3 by default.
///   - function: the function to check.
/// - Throws: the errors of ``gradcheck(_:order:eps:atol:rtol:_:)``.
public func gradgradcheck(
  _ inputs: [TensorValue], gradOutputs: [TensorValue]? = nil, eps: Double = 1e-6, atol: Double = 1e-5,
  rtol: Double = 1e-3, _ function: @escaping ([Tensor]) throws -> [Tensor]
) throws {
  guard let gradOutputs else {
    return try gradcheck(inputs, order: 2, eps: eps, atol: atol, rtol: rtol, function)
  }
  try gradcheck(inputs + gradOutputs, eps: eps, atol: atol, rtol: rtol, gradients(of: function, inputs.count))
}

/// The gradients of `function` as a function of its `count` inputs and a vector for each floating-point output.
private func gradients(of function: @escaping ([Tensor]) throws -> [Tensor], _ count: Int) -> TensorFunction {
  { arguments in
    let (primal, vectors) = (Array(arguments.prefix(count)), Array(arguments.dropFirst(count)))
    let outputs = try function(primal).filter { $0.dtype.isFloatingPoint }
    let pairs = zip(outputs, vectors).filter { $0.0.requiresGrad }
    return try grad(
      pairs.map(\.0), primal.filter(\.requiresGrad), gradOutputs: pairs.map(\.1), createGraph: true,
      materializeGrads: true
    ).compactMap { $0 }
  }
}

/// Tensors with these values. Floating-point tensors require a gradient: `function` may differentiate inside.
private func variables(_ values: [TensorValue]) -> [Tensor] {
  values.map { Tensor($0, requiresGrad: $0.dtype.isFloatingPoint) }
}

/// The check of a function's first derivative.
private struct FirstOrderCheck {
  let eps, atol, rtol: Double
  let function: ([Tensor]) throws -> [Tensor]

  func run(_ inputs: [TensorValue]) throws {
    let tensors = variables(inputs)
    let outputs = try function(tensors).filter { $0.dtype.isFloatingPoint }
    let positions = inputs.indices.filter { inputs[$0].dtype.isFloatingPoint }
    guard !outputs.isEmpty, !positions.isEmpty else {
      throw AutogradError(
        .gradcheck,
        "nothing to check: \(positions.count) floating-point inputs, \(outputs.count) floating-point outputs")
    }
    let numerical = try positions.map { try differences(inputs, at: $0) }
    for (index, output) in outputs.enumerated() {
      let analytical = try jacobian(of: output, positions.map { tensors[$0] })
      for (variable, position) in positions.enumerated() {
        for element in numerical[variable].indices {
          for row in analytical.indices {
            let (expected, found) = (numerical[variable][element][index][row], analytical[row][variable][element])
            guard abs(expected - found) <= atol + rtol * abs(expected) else {
              throw AutogradError(
                .gradcheck,
                """
                ∂output \(index)[\(row)] / ∂input \(position)[\(element)] of inputs \(inputs.map(\.type)): \
                expected \(expected) by central differences, the derivative is \(found)
                """)
            }
          }
        }
      }
    }
  }

  /// For each element of an input, for each output: the central differences of its elements.
  private func differences(_ inputs: [TensorValue], at position: Int) throws -> [[[Double]]] {
    let numbers = inputs[position].doubles
    return try numbers.indices.map { element in
      let sides = try [eps, -eps].map { step -> [[Double]] in
        var moved = numbers
        moved[element] += step
        var arguments = inputs
        arguments[position] = TensorValue(moved, shape: inputs[position].shape)
        return try function(variables(arguments)).filter { $0.dtype.isFloatingPoint }.map { $0.value.doubles }
      }
      return zip(sides[0], sides[1]).map { zip($0, $1).map { ($0 - $1) / (2 * eps) } }
    }
  }

  /// For each element of the output, for each input: the derivatives with respect to its elements.
  private func jacobian(of output: Tensor, _ inputs: [Tensor]) throws -> [[[Double]]] {
    let count = output.shape.elementCount
    guard output.requiresGrad else {
      return [[[Double]]](repeating: inputs.map { [Double](repeating: 0, count: $0.shape.elementCount) }, count: count)
    }
    return try (0..<count).map { row in
      var unit = [Double](repeating: 0, count: count)
      unit[row] = 1
      let vector = Tensor(TensorValue(unit, shape: output.shape))
      return try grad([output], inputs, gradOutputs: [vector], retainGraph: true, materializeGrads: true)
        .map { $0?.value.doubles ?? [] }
    }
  }
}
