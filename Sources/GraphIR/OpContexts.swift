/// What shape inference knows of a call.
public struct InferenceContext: Sendable {
  /// The operator.
  public let op: Op
  /// The node's name, for messages; empty outside of a graph.
  public let nodeName: String
  /// The types of the inputs; nil where an optional one is left out.
  public let inputs: [TensorType?]
  /// The values of the inputs that are known before the graph runs: shapes, axes, bounds.
  public let constants: [TensorValue?]
  /// Attributes and defaults.
  public let attributes: ResolvedAttributes
  /// How many outputs the node asks for.
  public let outputCount: Int

  /// The context of a call.
  public init(
    _ op: Op, node: String = "", inputs: [TensorType?], constants: [TensorValue?], attributes: Attributes,
    outputCount: Int = 1
  ) {
    self.op = op
    nodeName = node
    self.inputs = inputs
    self.constants = constants
    self.attributes = ResolvedAttributes(op, attributes)
    self.outputCount = outputCount
  }

  /// An error that names node and operator.
  public func error(_ code: GraphError.Code, _ message: String) -> GraphError {
    GraphError(
      code, nodeName.isEmpty ? "\(op.rawValue): \(message)" : "node '\(nodeName)' (\(op.rawValue)): \(message)")
  }

  /// The type of a required input.
  func input(_ index: Int) -> TensorType {
    guard let type = inputs[index] else {
      preconditionFailure("\(op.rawValue): required input \(index) was not checked")
    }
    return type
  }

  /// Whether an optional input is there.
  func has(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }

  /// The integers of an input that must be known before the graph runs; nil where it is left out.
  func integers(_ index: Int) throws -> [Int]? { try vector(index)?.integers }

  /// The vector of an input that must be known before the graph runs; nil where it is left out.
  func vector(_ index: Int) throws -> TensorValue? {
    guard has(index) else { return nil }
    var name: String { op.definition.signature.inputs[index].name }
    guard let value = constants[index] else {
      throw error(.unsupported, "input \(name) is computed by the graph; expected a constant")
    }
    guard value.shape.rank == 1 else {
      throw error(.shape, "input \(name) is \(value.type), expected a vector")
    }
    return value
  }

  /// `axes` counted from the front, each in range and named once.
  func normalize(_ axes: [Int], of shape: Shape) throws -> [Int] {
    let normal = try axes.map { axis in
      guard let normal = shape.normalized(axis: axis) else {
        throw error(.shape, "axis \(axis) is out of range for \(shape)")
      }
      return normal
    }
    guard normal.count < 2 || Set(normal).count == normal.count else {
      throw error(.shape, "axes \(axes) name one axis twice")
    }
    return normal
  }

  /// The shape that all the inputs broadcast to.
  func broadcastShape() throws -> Shape {
    var shape: Shape?
    for case let type? in inputs {
      guard let wider = shape.map({ Shape.broadcast($0, type.shape) }) ?? type.shape else {
        let shapes = inputs.compactMap { $0?.shape.description }.joined(separator: " and ")
        throw error(.shape, "shapes \(shapes) do not broadcast")
      }
      shape = wider
    }
    return shape ?? []
  }
}

/// What a reference kernel works on.
public struct EvaluationContext: Sendable {
  /// The operator.
  public let op: Op
  /// The inputs; nil where an optional one is left out.
  public let inputs: [TensorValue?]
  /// Attributes and defaults.
  public let attributes: ResolvedAttributes
  /// The types that shape inference found for the outputs.
  public let outputs: [TensorType]

  /// The context of a call.
  public init(_ op: Op, inputs: [TensorValue?], attributes: Attributes, outputs: [TensorType]) {
    self.op = op
    self.inputs = inputs
    self.attributes = ResolvedAttributes(op, attributes)
    self.outputs = outputs
  }

  /// A required input.
  public func input(_ index: Int) -> TensorValue {
    guard index < inputs.count, let value = inputs[index] else {
      preconditionFailure("\(op.rawValue): required input \(index) was not checked")
    }
    return value
  }

  /// An input that may be left out.
  public func optional(_ index: Int) -> TensorValue? { index < inputs.count ? inputs[index] : nil }
}
