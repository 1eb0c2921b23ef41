import GraphIR

/// A value while a model is read. Sequences and optional values exist only then: a graph has tensors.
indirect enum ImportedValue {
  case tensor(CompositionValue)
  case sequence([ImportedValue])
  /// An optional value; nil for an empty one.
  case optional(ImportedValue?)

  /// The value in an optional value, or the value itself.
  var content: ImportedValue {
    if case .optional(let element?) = self { return element }
    return self
  }

  /// The name of the kind in messages.
  var kind: String {
    switch self {
    case .tensor: "tensor"
    case .sequence(let elements): "sequence of \(elements.count)"
    case .optional: "optional value"
    }
  }
}

/// The names that the nodes of a graph, of a subgraph's iteration or of a function's call can read.
final class ImportScope {
  /// The scope around a subgraph; nil for the model's graph and for functions, which see their arguments alone.
  let parent: ImportScope?
  /// The prefix of this scope's names in the whole graph; empty for the model's graph.
  let prefix: String
  /// The versions of the operator sets of its nodes, by domain.
  let opsets: [String: Int]
  /// The attributes of the call whose function this is.
  let arguments: [String: AttributeProto.Value]
  private var values: [String: ImportedValue] = [:]

  init(
    prefix: String = "", opsets: [String: Int], parent: ImportScope? = nil,
    arguments: [String: AttributeProto.Value] = [:]
  ) {
    self.parent = parent
    self.prefix = prefix
    self.opsets = opsets
    self.arguments = arguments
  }

  /// The scope of a subgraph whose names get `prefix`.
  func inner(_ prefix: String) -> ImportScope {
    ImportScope(prefix: prefix, opsets: opsets, parent: self, arguments: arguments)
  }

  /// The value of `name` here or around; nil if there is none.
  subscript(name: String) -> ImportedValue? { values[name] ?? parent?[name] }

  /// Gives `name` its value.
  ///
  /// - throws: ``ONNXError`` if this scope has the name already.
  func bind(_ name: String, _ value: ImportedValue) throws {
    guard !name.isEmpty else { return }
    guard values.updateValue(value, forKey: name) == nil else {
      throw ONNXError(code: .graph, message: "the graph has two values '\(name)'")
    }
  }
}
