import GraphIR

/// The symbolic dimensions of a model, in order of appearance in its inputs and outputs.
struct SymbolTable {
  /// The names; a dimension without one gets a generated name.
  private(set) var names: [String] = []
  private var indices: [String: Int] = [:]
  private let fixed: [String: Int]

  /// The symbols of `graph`. Those in `fixed` are extents.
  ///
  /// - throws: ``ONNXError`` for a name in `fixed` that the graph lacks.
  init(in graph: GraphProto, fixed: [String: Int]) throws {
    self.fixed = fixed
    var unused = Set(fixed.keys)
    for value in graph.inputs + graph.outputs {
      guard case .tensor(_, let shape?)? = value.type?.content else { continue }
      for (axis, dimension) in shape.enumerated() {
        guard let symbol = Self.symbol(dimension, axis, of: value.name) else { continue }
        unused.remove(symbol)
        guard indices[symbol] == nil, fixed[symbol] == nil else { continue }
        indices[symbol] = names.count
        names.append(symbol)
      }
    }
    guard let name = unused.sorted().first else { return }
    let known = names.isEmpty ? "none" : names.joined(separator: ", ")
    throw ONNXError(code: .graph, message: "the model has no symbolic dimension '\(name)'; it has \(known)")
  }

  /// The tensor type of `value`; messages use `label` for it.
  ///
  /// - throws: ``ONNXError`` for a value that is no tensor, or one of unknown rank.
  func type(of value: ValueInfoProto, label: String) throws -> TensorType {
    guard let type = value.type else { throw ONNXError(code: .malformed, message: "\(label) has no type") }
    guard case .tensor(let element, let shape) = type.content else {
      throw ONNXError(code: .unsupported, message: "\(label) is a \(type.kind), expected a tensor")
    }
    guard let shape else {
      throw ONNXError(code: .unsupported, message: "\(label) has an unknown rank, expected a shape")
    }
    let extents = shape.enumerated().map { axis, dimension -> Int in
      if case .value(let extent) = dimension { return extent }
      let symbol = Self.symbol(dimension, axis, of: value.name) ?? ""
      if let extent = fixed[symbol] { return extent }
      guard let index = indices[symbol] else { preconditionFailure("symbol '\(symbol)' was not collected") }
      return -index - 1
    }
    return TensorType(try element.widened(for: label), Shape(extents))
  }

  /// The symbol of a dimension; nil for a number.
  private static func symbol(_ dimension: TypeProto.Dimension, _ axis: Int, of name: String) -> String? {
    switch dimension {
    case .value: nil
    case .parameter(let symbol): symbol
    case .unknown: "\(name)_dim_\(axis)"
    }
  }
}

extension TypeProto {
  /// The type of an optional value, or the type itself.
  var content: TypeProto {
    if case .optional(let type?) = self { return type }
    return self
  }

  /// The name of the kind of value in messages.
  var kind: String {
    switch self {
    case .tensor: "tensor"
    case .sequence: "sequence"
    case .map: "map"
    case .optional: "optional"
    case .sparseTensor: "sparse tensor"
    case .opaque: "value of an opaque type"
    }
  }
}
