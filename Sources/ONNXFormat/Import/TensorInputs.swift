import GraphIR

/// The inputs of a model as tensors: a graph has no sequences and no optional values.
///
/// An input for each element takes the place of a sequence: `name_0`, `name_1`, …. Names of dimensions get the same
/// ending, since elements may differ in shape. An optional tensor is an input or absent.
struct TensorInputs {
  /// The tensors.
  private(set) var tensors: [ValueInfoProto] = []
  /// The sequences and the absent values, by the names of their inputs.
  private(set) var others: [(name: String, value: ImportedValue)] = []
  /// The extents that the caller fixed, without the lengths of sequences.
  private(set) var dimensions: [String: Int]
  private let options: ImportOptions

  /// The inputs of `graph`.
  ///
  /// - throws: ``ONNXError`` with code `unsupported` for a sequence whose length is not known.
  init(of graph: GraphProto, _ options: ImportOptions) throws {
    self.options = options
    dimensions = options.dimensions
    for input in graph.inputs {
      switch input.type {
      case .sequence(let element)?, .optional(.sequence(let element)?)?: try addElements(element, of: input)
      case .optional? where options.areInputsKnown && options.values[input.name] == nil:
        others.append((input.name, .optional(nil)))
      default: add(input.name, input.type, input.metadata)
      }
    }
  }

  /// An input of unknown rank has that of its value.
  private mutating func add(_ name: String, _ type: TypeProto?, _ metadata: [(key: String, value: String)] = []) {
    var type = type
    if case .tensor(let element, nil)? = type?.content, let value = options.values[name] {
      type = .tensor(element, value.shape.map(TypeProto.Dimension.value))
    }
    tensors.append(ValueInfoProto(name: name, type: type, metadata: metadata))
  }

  private mutating func addElements(_ type: TypeProto?, of input: ValueInfoProto) throws {
    let count = try length(of: input.name)
    for index in 0..<count { add("\(input.name)_\(index)", type?.ofElement(index)) }
    let elements = (0..<count).map { ImportedValue.tensor(CompositionValue(name: "\(input.name)_\($0)")) }
    let sequence = ImportedValue.sequence(elements)
    if case .optional? = input.type {
      others.append((input.name, .optional(count == 0 ? nil : sequence)))
    } else {
      others.append((input.name, sequence))
    }
  }

  /// The number of values that the caller gives for a sequence, or the number that it states.
  private mutating func length(of name: String) throws -> Int {
    let stated = dimensions.removeValue(forKey: name)
    let given = (0...).first { options.values["\(name)_\($0)"] == nil } ?? 0
    if given > 0 || options.areInputsKnown { return given }
    guard let stated else {
      throw ONNXError(
        code: .unsupported,
        message: "input '\(name)' is a sequence, expected to know its length; state it, as with --dim \(name)=3")
    }
    guard (0...GraphImport.nodeLimit).contains(stated) else {
      throw ONNXError(
        code: .limit, message: "input '\(name)' has \(stated) elements, expected at most \(GraphImport.nodeLimit)")
    }
    return stated
  }
}

extension TypeProto {
  /// The type of an element of a sequence with this type of elements.
  fileprivate func ofElement(_ index: Int) -> TypeProto {
    guard case .tensor(let element, let shape?) = self else { return self }
    return .tensor(
      element,
      shape.map { dimension in
        if case .parameter(let name) = dimension { return .parameter("\(name)_\(index)") }
        return dimension
      })
  }
}
