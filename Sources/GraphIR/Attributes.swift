/// The value of a node's attribute.
///
/// Source: ONNX, `AttributeProto`. Floating-point attributes are float32, as there.
public enum AttributeValue: Hashable, Sendable {
  case int(Int)
  case float(Float)
  case string(String)
  case ints([Int])
  case floats([Float])
  case strings([String])
  case tensor(TensorValue)

  /// The kind of a value, without the value. Raw values are ONNX's names in `AttributeProto.AttributeType`.
  public enum Kind: String, Sendable, CaseIterable {
    case int = "INT"
    case float = "FLOAT"
    case string = "STRING"
    case ints = "INTS"
    case floats = "FLOATS"
    case strings = "STRINGS"
    case tensor = "TENSOR"
  }

  /// The kind of this value.
  public var kind: Kind {
    switch self {
    case .int: .int
    case .float: .float
    case .string: .string
    case .ints: .ints
    case .floats: .floats
    case .strings: .strings
    case .tensor: .tensor
    }
  }
}

/// The attributes that a node sets, by ONNX's names. An attribute that is not set has the operator's default.
public struct Attributes: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  /// The values by name.
  public var values: [String: AttributeValue]

  /// Attributes with these values.
  public init(_ values: [String: AttributeValue] = [:]) { self.values = values }

  /// Attributes with these values; names must differ.
  public init(dictionaryLiteral elements: (String, AttributeValue)...) {
    values = Dictionary(uniqueKeysWithValues: elements)
  }

  /// The value set for `name`; nil if it is not set.
  public subscript(name: String) -> AttributeValue? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// Names and values in alphabetical order.
  public var sorted: [(name: String, value: AttributeValue)] {
    values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
  }
}

/// A node's attributes together with its operator's defaults. Reading an attribute that the operator lacks is a
/// programmer error.
public struct ResolvedAttributes: Sendable {
  /// The operator.
  public let op: Op
  /// The attributes that the node sets.
  public let set: Attributes

  /// Creates the attributes of `op`.
  public init(_ op: Op, _ set: Attributes) {
    self.op = op
    self.set = set
  }

  /// The value of `name`: the set one or the default; nil if neither exists.
  public subscript(name: String) -> AttributeValue? {
    if let value = set[name] { return value }
    guard let specification = op.definition.signature.attributes.first(where: { $0.name == name }) else {
      preconditionFailure("\(op.rawValue) has no attribute '\(name)'")
    }
    return specification.defaultValue
  }

  /// Returns an integer attribute; nil if it is neither set nor has a default.
  public func int(_ name: String) -> Int? {
    guard case .int(let value)? = self[name] else { return nil }
    return value
  }

  /// Returns an integer attribute as a flag; false if it is not set.
  public func flag(_ name: String) -> Bool { int(name) ?? 0 != 0 }

  /// Returns a float attribute; nil if it is neither set nor has a default.
  public func float(_ name: String) -> Float? {
    guard case .float(let value)? = self[name] else { return nil }
    return value
  }

  /// Returns a list of integers; nil if it is neither set nor has a default.
  public func ints(_ name: String) -> [Int]? {
    guard case .ints(let value)? = self[name] else { return nil }
    return value
  }

  /// Returns a string attribute; nil if it is neither set nor has a default.
  public func string(_ name: String) -> String? {
    guard case .string(let value)? = self[name] else { return nil }
    return value
  }

  /// Returns the element type with ONNX's code; nil if it is not set or unknown.
  public func dataType(_ name: String) -> DataType? { int(name).flatMap(DataType.init(onnxCode:)) }
}
