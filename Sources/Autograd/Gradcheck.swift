import GraphIR

/// Compares the derivative of `function` with central differences, element by element.
///
/// Order n checks the derivative of the derivative: the function of inputs and gradOutputs that a (n - 1)-fold ``grad(_:_:gradOutputs:retainGraph:createGraph:onlyInputs:allowUnused:materializeGrads:batched:)``
/// computes is checked in turn. Source: `torch.autograd.gradcheck` and `gradgradcheck`, with their defaults.
///
/// - Parameters:
///   - inputs: float64 values at which to check; integers and conditions are passed through.
///   - eps: the step of the differences.
///   - atol: the absolute error that is allowed.
///   - rtol: the relative error that is allowed.
/// - Throws: ``AutogradError`` that names input, element and both numbers; what `function` throws.
public func gradcheck(
  _ inputs: [TensorValue], order: Int = 1, eps: Double = 1e-6, atol: Double = 1e-5, rtol: Double = 1e-3,
  _ function: @escaping ([Tensor]) throws -> [Tensor]
) throws {
  precondition(order >= 1, "order \(order), expected 1 or more")
  guard order > 1 else {
    try FirstOrderCheck(eps: eps, atol: atol, rtol: rtol, function: function).run(inputs)
    return
  }
  let outputs = try noGrad { try function(inputs.map { Tensor($0) }) }.filter { $0.dtype.isFloatingPoint }
  var stream = RandomStream(seed: 0, name: "gradcheck")
  let vectors = outputs.map { output in
    TensorValue(stream.normal(output.shape.elementCount).map(Double.init), shape: output.shape)
  }
  try gradcheck(inputs + vectors, order: order - 1, eps: eps, atol: atol, rtol: rtol) { arguments in
    let (primal, vectors) = (Array(arguments.prefix(inputs.count)), Array(arguments.dropFirst(inputs.count)))
    let outputs = try enableGrad { try function(primal) }.filter { $0.dtype.isFloatingPoint }
    let pairs = zip(outputs, vectors).filter { $0.0.requiresGrad }
    let variables = primal.filter(\.requiresGrad)
    guard !pairs.isEmpty, !variables.isEmpty else { return [] }
    return try grad(
      pairs.map(\.0), variables, gradOutputs: pairs.map(\.1), createGraph: true, materializeGrads: true
    ).compactMap { $0 }
  }
}

/// The check of a function's first derivative.
private struct FirstOrderCheck {
  let eps, atol, rtol: Double
  let function: ([Tensor]) throws -> [Tensor]

  func run(_ inputs: [TensorValue]) throws {
    let tensors = inputs.map { Tensor($0, requiresGrad: $0.dtype.isFloatingPoint) }
    let outputs = try function(tensors).filter { $0.dtype.isFloatingPoint }
    for (position, value) in inputs.enumerated() where value.dtype.isFloatingPoint {
      let numerical = try differences(inputs, at: position)
      for (index, output) in outputs.enumerated() {
        let analytical = try jacobian(of: output, tensors[position])
        for element in numerical.indices {
          for row in 0..<output.shape.elementCount {
            let (expected, found) = (numerical[element][index][row], analytical[row][element])
            guard abs(expected - found) <= atol + rtol * abs(expected) else {
              throw AutogradError(
                .gradcheck,
                """
                ∂output \(index)[\(row)] / ∂input \(position)[\(element)] of inputs \(inputs.map(\.type)): \
                differences give \(expected), the derivative is \(found)
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
        // Functions that differentiate inside need inputs that require a gradient.
        let tensors = arguments.map { Tensor($0, requiresGrad: $0.dtype.isFloatingPoint) }
        return try function(tensors).filter { $0.dtype.isFloatingPoint }.map { $0.value.doubles }
      }
      return zip(sides[0], sides[1]).map { zip($0, $1).map { ($0 - $1) / (2 * eps) } }
    }
  }

  /// One row for each element of the output.
  private func jacobian(of output: Tensor, _ input: Tensor) throws -> [[Double]] {
    let count = output.shape.elementCount
    guard output.requiresGrad else {
      return [[Double]](repeating: [Double](repeating: 0, count: input.shape.elementCount), count: count)
    }
    return try (0..<count).map { row in
      var unit = [Double](repeating: 0, count: count)
      unit[row] = 1
      let vector = Tensor(TensorValue(unit, shape: output.shape))
      return try grad(output, input, gradOutputs: vector, retainGraph: true, materializeGrads: true).value.doubles
    }
  }
}
