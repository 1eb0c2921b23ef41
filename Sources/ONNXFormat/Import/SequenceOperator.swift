import GraphIR

/// ONNX's operators on sequences and optional values. They are resolved while a model is read: their positions and
/// lengths have to be known.
enum SequenceOperator: String {
  case concatFromSequence = "ConcatFromSequence"
  case identity = "Identity"
  case optional = "Optional"
  case optionalGetElement = "OptionalGetElement"
  case optionalHasElement = "OptionalHasElement"
  case sequenceAt = "SequenceAt"
  case sequenceConstruct = "SequenceConstruct"
  case sequenceEmpty = "SequenceEmpty"
  case sequenceErase = "SequenceErase"
  case sequenceInsert = "SequenceInsert"
  case sequenceLength = "SequenceLength"
  case splitToSequence = "SplitToSequence"

  /// Whether the operator is one of these for this call: the identity of a tensor is a node.
  func takes(_ call: OperatorCall) -> Bool {
    guard self == .identity, case .tensor? = call.inputs.first ?? nil else { return true }
    return false
  }
}

extension GraphImport {
  func add(_ operation: SequenceOperator, _ call: OperatorCall) throws -> [ImportedValue?] {
    switch operation {
    case .identity: return [call.inputs.first ?? nil]
    case .optional: return [.optional(call.inputs.first ?? nil)]
    case .optionalHasElement: return [.tensor(constant(TensorValue(scalar: hasElement(call.inputs.first ?? nil))))]
    case .optionalGetElement: return [try element(of: call.inputs.first ?? nil, call)]
    case .sequenceEmpty: return [.sequence([])]
    case .sequenceConstruct: return [.sequence(try call.tensors().compactMap { $0.map(ImportedValue.tensor) })]
    case .sequenceLength:
      return [.tensor(constant(TensorValue(scalar: Int64(try call.sequence(0).count))))]
    case .sequenceAt:
      let elements = try call.sequence(0)
      return [elements[try position(1, in: elements.count, call)]]
    case .sequenceInsert:
      var elements = try call.sequence(0)
      let place = call.has(2) ? try position(2, in: elements.count, orEnd: true, call) : elements.count
      elements.insert(.tensor(try call.input(1)), at: place)
      return [.sequence(elements)]
    case .sequenceErase:
      var elements = try call.sequence(0)
      elements.remove(at: call.has(1) ? try position(1, in: elements.count, call) : elements.count - 1)
      return [.sequence(elements)]
    case .splitToSequence: return [.sequence(try split(call).map(ImportedValue.tensor))]
    case .concatFromSequence: return [.tensor(try concatenate(call))]
    }
  }

  private func hasElement(_ value: ImportedValue?) -> Bool {
    switch value {
    case nil, .optional(nil)?: false
    default: true
    }
  }

  private func element(of value: ImportedValue?, _ call: OperatorCall) throws -> ImportedValue {
    switch value {
    case .optional(let element?)?: return element
    case nil, .optional(nil)?: throw call.error(.graph, "the optional value is empty")
    case let value?: return value
    }
  }

  /// A known position from the front; negative ones count from the end.
  private func position(_ index: Int, in count: Int, orEnd: Bool = false, _ call: OperatorCall) throws -> Int {
    guard let known = try wholeNumbers(call.input(index), call), known.count == 1 else {
      throw call.error(.unsupported, "the position is not known before the graph runs, expected a known one")
    }
    let position = known.integers[0] < 0 ? known.integers[0] + count : known.integers[0]
    guard position >= 0, position < count + (orEnd ? 1 : 0) else {
      throw call.error(.graph, "position \(known.integers[0]) is outside of a sequence of \(count)")
    }
    return position
  }

  /// Parts along an axis: of one length, the last shorter, or of given lengths. Without lengths, parts have extent 1.
  private func split(_ call: OperatorCall) throws -> [CompositionValue] {
    let input = try call.input(0)
    let shape = try self.shape(input)
    let given = try call.int("axis", default: 0)
    guard let axis = shape.normalized(axis: given), shape[axis] >= 0 else {
      throw call.error(
        .unsupported,
        "axis \(given) of \(builder.graph.describe(try type(input))) has no known extent; fix the "
          + "dimension, as with --dim NAME=EXTENT")
    }
    _ = try bounded([shape[axis]], call, limit: Self.nodeLimit)
    guard let lengths = try call.tensor(1) else {
      if try call.int("keepdims", default: 1) == 0 { return try elements(of: input, along: axis, call) }
      return try (0..<shape[axis]).map { try slice(input, axis: axis, from: $0, to: $0 + 1) }
    }
    guard let known = try wholeNumbers(lengths, call) else {
      throw call.error(.unsupported, "the lengths are not known before the graph runs, expected known ones")
    }
    var ends: [Int] = []
    if known.shape.rank == 0 {
      guard known.integers[0] > 0 else { throw call.error(.graph, "the length is \(known.integers[0])") }
      ends = Array(stride(from: known.integers[0], to: shape[axis], by: known.integers[0])) + [shape[axis]]
    } else {
      guard known.integers.allSatisfy({ (0...shape[axis]).contains($0) }) else {
        throw call.error(.graph, "the lengths are \(known.integers), and the axis has \(shape[axis])")
      }
      ends = known.integers.reduce(into: []) { $0.append(($0.last ?? 0) + $1) }
    }
    guard ends.last == shape[axis] else {
      throw call.error(.graph, "the lengths are \(known.integers), and the axis has \(shape[axis])")
    }
    return try zip([0] + ends, ends).map { try slice(input, axis: axis, from: $0, to: $1) }
  }

  private func concatenate(_ call: OperatorCall) throws -> CompositionValue {
    let tensors = try call.sequence(0).map { element -> CompositionValue in
      guard case .tensor(let tensor) = element else { throw call.error(.graph, "an element is a \(element.kind)") }
      return tensor
    }
    guard let first = tensors.first else {
      throw call.error(.unsupported, "the sequence is empty, expected at least one element")
    }
    let axis = try call.int("axis", default: 0)
    guard try call.int("new_axis", default: 0) == 1 else {
      return try self.call(.concat, tensors, ["axis": .int(axis)], outputCount: 1)[0]
    }
    return try stack(tensors, axis: axis < 0 ? axis + (try shape(first).rank) + 1 : axis)
  }
}
