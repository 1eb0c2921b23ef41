import GraphIR

/// A node of a model whose inputs and attributes are looked up.
struct OperatorCall {
  /// The name of the node in messages.
  let label: String
  /// The node's name in the graph under construction.
  let name: String
  /// The domain of the operator.
  let domain: String
  /// ONNX's name of the operator.
  var opType: String
  /// The version of the operator set.
  var opset: Int
  /// The inputs; nil for an omitted one.
  var inputs: [ImportedValue?]
  /// The attributes but graphs and types.
  var attributes: Attributes
  /// Graphs by attribute.
  var graphs: [String: GraphProto] = [:]
  /// Types by attribute.
  var types: [String: TypeProto] = [:]
  /// The element type that a constant or the result of a cast has in the file; nil for other operators.
  var resultType: ElementType?
  /// The names of the outputs in the file; empty for omitted ones.
  var outputs: [String]
  /// The function of the model that the node calls; nil for an operator.
  var function: FunctionProto?
  /// The scope of the node.
  let scope: ImportScope

  /// Whether an optional input is given.
  func has(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }

  /// An input that is a tensor; nil for an omitted one.
  ///
  /// - throws: ``ONNXError`` for a sequence or an empty optional value.
  func tensor(_ index: Int) throws -> CompositionValue? {
    guard index < inputs.count, let input = inputs[index] else { return nil }
    switch input {
    case .tensor(let value), .optional(.tensor(let value)?): return value
    default: throw error(.unsupported, "input \(index) is a \(input.kind), expected a tensor")
    }
  }

  /// A required input.
  func input(_ index: Int) throws -> CompositionValue {
    guard let value = try tensor(index) else { throw error(.graph, "input \(index) is missing") }
    return value
  }

  /// A required input that is a sequence.
  func sequence(_ index: Int) throws -> [ImportedValue] {
    switch index < inputs.count ? inputs[index] : nil {
    case .sequence(let elements)?, .optional(.sequence(let elements)?)?: return elements
    case let other: throw error(.graph, "input \(index) is \(other?.kind ?? "missing"), expected a sequence")
    }
  }

  /// All inputs as tensors; nil for omitted ones.
  func tensors() throws -> [CompositionValue?] { try inputs.indices.map(tensor) }

  func int(_ name: String, default value: Int) throws -> Int { try int(name) ?? value }

  func int(_ name: String) throws -> Int? {
    guard let value = attributes[name] else { return nil }
    guard case .int(let number) = value else { throw wrong(name, value, "INT") }
    return number
  }

  func ints(_ name: String) throws -> [Int]? {
    guard let value = attributes[name] else { return nil }
    guard case .ints(let numbers) = value else { throw wrong(name, value, "INTS") }
    return numbers
  }

  func float(_ name: String, default value: Float) throws -> Float { try float(name) ?? value }

  func float(_ name: String) throws -> Float? {
    guard let value = attributes[name] else { return nil }
    guard case .float(let number) = value else { throw wrong(name, value, "FLOAT") }
    return number
  }

  func string(_ name: String, default value: String) throws -> String {
    guard let found = attributes[name] else { return value }
    guard case .string(let text) = found else { throw wrong(name, found, "STRING") }
    return text
  }

  /// A graph that the operator needs.
  func graph(_ name: String) throws -> GraphProto {
    guard let graph = graphs[name] else { throw error(.graph, "attribute '\(name)' is missing, expected a graph") }
    return graph
  }

  private func wrong(_ name: String, _ value: AttributeValue, _ expected: String) -> ONNXError {
    error(.graph, "attribute '\(name)' is \(value.kind.rawValue), expected \(expected)")
  }

  /// An error that names the node.
  func error(_ code: ONNXError.Code, _ message: String) -> ONNXError {
    ONNXError(code: code, message: "\(label): \(message)")
  }
}
