/// The information about a node that shape inference uses.
public struct InferenceContext: Sendable {
  /// The operator.
  public let op: Op
  /// The node's name, for messages; empty outside of a graph.
  public let nodeName: String
  /// The types of the inputs; nil for an omitted optional input.
  public let inputs: [TensorType?]
  /// The values of the inputs that are known before the graph runs: shapes, axes, bounds.
  public let constants: [TensorValue?]
  /// The attributes with their defaults.
  public let attributes: ResolvedAttributes
  /// The number of outputs that the node requests.
  public let outputCount: Int
  /// The inputs that are known but for symbolic extents; empty if there is none.
  var partlyKnown: [[Extent.Term]?] = []

  /// Creates the context of a node.
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

  /// Returns an error that names node and operator.
  public func error(_ code: GraphError.Code, _ message: String) -> GraphError {
    GraphError(
      code, nodeName.isEmpty ? "\(op.rawValue): \(message)" : "node '\(nodeName)' (\(op.rawValue)): \(message)")
  }

  /// Returns the type of a required input.
  func input(_ index: Int) -> TensorType {
    guard let type = inputs[index] else {
      preconditionFailure("\(op.rawValue): required input \(index) was not checked")
    }
    return type
  }

  /// Whether an optional input is present.
  func has(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }

  /// Returns the integers of an input that must be known before the graph runs; nil for an omitted input.
  func integers(_ index: Int) throws -> [Int]? { try vector(index)?.integers }

  /// Returns the vector of an input that may contain symbolic extents; nil for an omitted input.
  func terms(_ index: Int) throws -> [Extent.Term]? {
    guard has(index), constants[index] == nil, index < partlyKnown.count, let terms = partlyKnown[index] else {
      return try integers(index)?.map(Extent.Term.number)
    }
    return terms
  }

  /// Returns the shape that an input requests, with symbolic extents; nil if a number is negative.
  func extents(_ index: Int) throws -> Shape? {
    guard partlyKnown.isEmpty else {
      let terms = try terms(index) ?? []
      let extents = terms.compactMap(\.extent)
      return extents.count == terms.count ? Shape(extents) : nil
    }
    let extents = try integers(index) ?? []
    return extents.allSatisfy { $0 >= 0 } ? Shape(extents) : nil
  }

  /// Returns the vector of an input that must be known before the graph runs; nil for an omitted input.
  func vector(_ index: Int) throws -> TensorValue? {
    guard has(index) else { return nil }
    var name: String { op.definition.signature.inputs[index].name }
    guard let value = constants[index] else {
      throw error(.unsupported, "input \(name) is not known before the graph runs; expected a constant")
    }
    guard value.shape.rank == 1 else {
      throw error(.shape, "input \(name) is \(value.type), expected a vector")
    }
    return value
  }

  /// Returns `axes` counted from the front. Each must be in range and named once.
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

  /// Returns the shape that all the inputs broadcast to.
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

/// The arguments of a reference kernel.
public struct EvaluationContext: Sendable {
  /// The operator.
  public let op: Op
  /// The inputs; nil for an omitted optional input.
  public let inputs: [TensorValue?]
  /// The attributes with their defaults.
  public let attributes: ResolvedAttributes
  /// The inferred types of the outputs.
  public let outputs: [TensorType]

  /// Creates the context of a node.
  public init(_ op: Op, inputs: [TensorValue?], attributes: Attributes, outputs: [TensorType]) {
    self.op = op
    self.inputs = inputs
    self.attributes = ResolvedAttributes(op, attributes)
    self.outputs = outputs
  }

  /// Returns a required input.
  public func input(_ index: Int) -> TensorValue {
    guard index < inputs.count, let value = inputs[index] else {
      preconditionFailure("\(op.rawValue): required input \(index) was not checked")
    }
    return value
  }

  /// Returns an optional input; nil if it is omitted.
  public func optional(_ index: Int) -> TensorValue? { index < inputs.count ? inputs[index] : nil }
}
