import GraphIR

/// A valid call of an operator, enumerated by gradcheck, kernel, format and trace tests.
public struct OpExample: Sendable, CustomStringConvertible {
  /// The operator.
  public let op: Op
  /// The purpose of the call.
  public let label: String
  /// The arguments; nil for a missing optional one. Floating ones are float64.
  public var inputs: [TensorValue?]
  /// The attributes of the call.
  public let attributes: Attributes
  /// The number of requested outputs.
  public let outputCount: Int
  /// The outputs through which gradients flow: floating ones that are not running statistics.
  public let differentiableOutputs: [Int]

  /// Creates an example.
  public init(
    _ op: Op, _ label: String, _ inputs: [TensorValue?], _ attributes: Attributes = [:], outputCount: Int = 1,
    differentiableOutputs: [Int] = [0]
  ) {
    self.op = op
    self.label = label
    self.inputs = inputs
    self.attributes = attributes
    self.outputCount = outputCount
    self.differentiableOutputs = differentiableOutputs
  }

  /// Operator and label.
  public var description: String { "\(op.rawValue): \(label)" }

  /// The positions of the differentiable floating inputs.
  public var floatingInputs: [Int] {
    inputs.indices.filter { inputs[$0]?.dtype.isFloatingPoint == true && !isKnown($0) }
  }

  /// Whether an input is a setting of the call, such as scales.
  public func isKnown(_ index: Int) -> Bool {
    let formals = op.definition.signature.inputs
    return formals[min(index, formals.count - 1)].isKnown
  }

  /// Whether finite differences in float64 can check derivatives here: at least one floating input, and float64
  /// outputs.
  public var isSmooth: Bool {
    guard !floatingInputs.isEmpty, let types = try? outputTypes() else { return false }
    return !differentiableOutputs.isEmpty && differentiableOutputs.allSatisfy { types[$0].dtype == .float64 }
  }

  /// The call with its floating inputs converted to `dtype`. Attributes that name an element type stay.
  public func withDtype(_ dtype: DataType) -> OpExample {
    var copy = self
    copy.inputs = inputs.enumerated().map { index, value in
      guard let value, value.dtype.isFloatingPoint, value.dtype != dtype else { return value }
      if isKnown(index) { return value }
      return dtype == .float32
        ? TensorValue(value.doubles.map { Float($0) }, shape: value.shape)
        : TensorValue(value.doubles, shape: value.shape)
    }
    return copy
  }

  /// The types that shape inference finds for the outputs.
  ///
  /// - Throws: `GraphError` if the example is wrong.
  public func outputTypes() throws -> [TensorType] {
    try op.definition.infer(
      InferenceContext(
        op, inputs: inputs.map { $0?.type }, constants: inputs, attributes: attributes, outputCount: outputCount))
  }

  /// The values of the outputs.
  ///
  /// - Throws: the errors of the backend.
  public func evaluate(on backend: some Backend = ReferenceBackend()) throws -> [TensorValue] {
    try backend.run(op, inputs: inputs, attributes: attributes, outputs: try outputTypes())
  }

  /// The call as a graph: inputs `x0`, `x1`, …, outputs `y0`, …; integers that shape inference reads are constants.
  ///
  /// - Throws: `GraphError` if the example is wrong.
  public func graph() throws -> Graph {
    var builder = GraphBuilder(name: op.rawValue.lowercased())
    let names = try inputs.enumerated().map { index, value -> String in
      guard let value else { return "" }
      if isKnownBeforehand(index) {
        try builder.constant(value, named: "x\(index)")
        return "x\(index)"
      }
      return try builder.input("x\(index)", value.type)
    }
    let outputs = (0..<outputCount).map { "y\($0)" }
    try builder.append(Node(name: "call", op: op, inputs: names, outputs: outputs, attributes: attributes))
    for output in outputs { try builder.output(output) }
    return builder.graph
  }

  /// The arguments by their names in ``graph()``.
  public var feeds: [String: TensorValue] {
    var feeds: [String: TensorValue] = [:]
    for (index, value) in inputs.enumerated() where !isKnownBeforehand(index) { feeds["x\(index)"] = value }
    return feeds
  }

  /// Whether the formal input takes integers only, and a vector of them: a shape, axes or bounds; or is CumSum's axis.
  private func isKnownBeforehand(_ index: Int) -> Bool {
    let formals = op.definition.signature.inputs
    let formal = formals[min(index, formals.count - 1)]
    return isKnown(index) || formal.types == [.int64] && (inputs[index]?.shape.rank == 1 || op == .cumSum)
  }
}
