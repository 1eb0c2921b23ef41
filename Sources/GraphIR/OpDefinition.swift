/// The definition of an operator: its signature, its traits, the types of its outputs, and a scalar kernel that runs
/// everywhere.
///
/// A class: each use of an operator looks its definition up, and a reference is cheaper to copy than the contents.
///
/// Definitions are initialised once. Their parts are not inlined: optimising the copies took 10 % of the compile time.
public final class OpDefinition: Sendable {
  /// Names, arities, types and attributes.
  public let signature: Signature
  /// The properties that passes, plans and penalties query.
  public let traits: OpTraits
  /// Infers the types of the outputs from those of the inputs. Called through ``infer(_:)``, which checks the signature
  /// first.
  let inferOutputs: @Sendable (InferenceContext) throws -> [TensorType]
  /// The reference kernel: plain loops. Fast kernels are tested against it.
  public let evaluate: @Sendable (EvaluationContext) throws -> [TensorValue]
  /// The operator's outputs in terms of simpler operators; nil for primitive operators.
  let composition: (@Sendable (Composer) throws -> [CompositionValue])?

  @inline(never)
  init(
    _ signature: Signature,
    traits: OpTraits,
    infer: @escaping @Sendable (InferenceContext) throws -> [TensorType],
    evaluate: @escaping @Sendable (EvaluationContext) throws -> [TensorValue],
    composition: (@Sendable (Composer) throws -> [CompositionValue])? = nil
  ) {
    self.signature = signature
    self.traits = traits
    inferOutputs = infer
    self.evaluate = evaluate
    self.composition = composition
  }

  /// Whether the operator has a composition.
  public var isComposed: Bool { composition != nil }

  /// Checks arity, element types, sizes and attributes against the signature and infers the types of the outputs.
  ///
  /// - Throws: ``GraphError`` that names the node, the operator, what was expected and what was found.
  public func infer(_ context: InferenceContext) throws -> [TensorType] {
    try signature.check(context)
    let outputs = try inferOutputs(context)
    for type in outputs where !type.isWithinLimit {
      throw context.error(.shape, "the result would be \(type), which is more than 2^40 bytes")
    }
    return outputs
  }
}

/// An operator's domain, versions, inputs, outputs and attributes. Source: ONNX's operator schemas of opset 21.
public struct Signature: Sendable {
  /// The domain of ONNX's operators, which is empty.
  public static let onnxDomain = ""
  /// The domain of the operators that ONNX lacks.
  public static let privateDomain = "zoo"

  /// The version of ONNX's operator set that graphs use.
  public static let opset = 21

  /// Whether ``opset`` has the operator. An operator that it lacks is exported as its composition.
  public var isInOpset: Bool {
    domain == Self.onnxDomain && sinceVersion <= Self.opset && lastVersion ?? Self.opset >= Self.opset
  }

  /// The operator set that the operator belongs to.
  public let domain: String
  /// The version of the set that introduced the meaning implemented here.
  public let sinceVersion: Int
  /// The last version of the set that has the operator; nil if the newest has it.
  public let lastVersion: Int?
  /// The inputs in order. Only the last may be variadic; optional ones come last.
  public let inputs: [Formal]
  /// The outputs in order.
  public let outputs: [Formal]
  /// The attributes with their defaults.
  public let attributes: [AttributeSpecification]
  /// For each input with a type variable, the first input with the same variable.
  private let firstOfType: [Int?]
  private let hasRequiredAttribute: Bool

  @inline(never)
  init(
    domain: String = onnxDomain, since sinceVersion: Int, until lastVersion: Int? = nil, _ inputs: [Formal],
    to outputs: [Formal], attributes: [AttributeSpecification] = []
  ) {
    self.domain = domain
    self.sinceVersion = sinceVersion
    self.lastVersion = lastVersion
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
    hasRequiredAttribute = attributes.contains(where: \.isRequired)
    firstOfType = inputs.map { formal in
      formal.typeVariable.flatMap { variable in inputs.firstIndex { $0.typeVariable == variable } }
    }
  }

  /// Whether a composition may need the values of an input of this element type before the graph runs.
  public func isKnown(_ index: Int, _ dtype: DataType) -> Bool {
    !dtype.isFloatingPoint || inputs[min(index, inputs.count - 1)].isKnown
  }

  func check(_ context: InferenceContext) throws {
    try checkArity(of: context.inputs.count, against: inputs, kind: "input", context)
    try checkArity(of: context.outputCount, against: outputs, kind: "output", context)
    for index in context.inputs.indices {
      let position = min(index, inputs.count - 1)
      guard let type = context.inputs[index] else {
        guard inputs[position].presence == .optional else {
          throw context.error(.arity, "input \(inputs[position].name) is left out, but it is required")
        }
        continue
      }
      guard inputs[position].allows(type.dtype) else {
        let allowed = DataType.allCases.filter(inputs[position].types.contains).map(\.rawValue).joined(separator: ", ")
        throw context.error(.dataType, "input \(inputs[position].name) is \(type.dtype.rawValue), expected \(allowed)")
      }
      guard type.isWithinLimit else {
        throw context.error(.shape, "input \(inputs[position].name) is \(type), which is more than 2^40 bytes")
      }
      if let source = firstOfType[position], source != index, let first = context.inputs[source]?.dtype,
        first != type.dtype
      {
        throw context.error(
          .dataType,
          "input \(inputs[position].name) is \(type.dtype.rawValue), but an earlier input is \(first.rawValue)")
      }
    }
    try checkAttributes(context)
  }

  private func checkArity(of count: Int, against formals: [Formal], kind: String, _ context: InferenceContext) throws {
    var least = 0
    for index in formals.indices where formals[index].presence != .optional { least += 1 }
    let isVariadic = formals.last?.presence == .variadic
    guard count >= least, isVariadic || count <= formals.count else {
      let expected =
        isVariadic ? "at least \(least)" : least == formals.count ? "\(least)" : "\(least) to \(formals.count)"
      throw context.error(.arity, "expected \(expected) \(kind)s, found \(count)")
    }
  }

  private func checkAttributes(_ context: InferenceContext) throws {
    let set = context.attributes.set.values
    let areKnown = set.allSatisfy { (name, value) in attributes.contains { $0.name == name && $0.kind == value.kind } }
    // The alphabetical order makes the message deterministic.
    for (name, value) in areKnown ? [] : context.attributes.set.sorted {
      guard let specification = attributes.first(where: { $0.name == name }) else {
        let known = attributes.isEmpty ? "it has none" : "it has " + attributes.map(\.name).joined(separator: ", ")
        throw context.error(.attribute, "no attribute '\(name)'; \(known)")
      }
      guard value.kind == specification.kind else {
        throw context.error(
          .attribute, "attribute '\(name)' is \(value.kind.rawValue), expected \(specification.kind.rawValue)")
      }
    }
    guard hasRequiredAttribute else { return }
    for specification in attributes where specification.isRequired && context.attributes.set[specification.name] == nil
    {
      throw context.error(.attribute, "attribute '\(specification.name)' is missing")
    }
  }
}

/// A formal input or output of an operator.
public struct Formal: Sendable {
  /// Whether a value must be given.
  public enum Presence: Sendable { case required, optional, variadic }

  /// ONNX's name.
  public let name: String
  /// The accepted element types.
  public let types: Set<DataType>
  /// Formals with the same variable have the same element type.
  public let typeVariable: String?
  /// Whether it is required.
  public let presence: Presence
  /// A bit for each of ``types``.
  private let mask: UInt8
  /// Whether its floating-point values must be known before the graph runs, as those of scales must.
  public let isKnown: Bool

  @inline(never)
  init(
    _ name: String, _ types: Set<DataType>, _ typeVariable: String? = nil, _ presence: Presence = .required,
    isKnown: Bool = false
  ) {
    self.name = name
    self.types = types
    self.typeVariable = typeVariable
    self.presence = presence
    mask = types.reduce(0) { $0 | 1 << $1.index }
    self.isKnown = isKnown
  }

  /// Whether ``types`` contains the element type: a bit test without hashing, since every check needs it.
  func allows(_ dtype: DataType) -> Bool { mask >> dtype.index & 1 == 1 }
}

extension Set<DataType> {
  static let floating: Self = [.float32, .float64]
  static let numeric: Self = [.float32, .float64, .int64]
  static let integer: Self = [.int64]
  static let boolean: Self = [.bool]
  static let any: Self = Set(DataType.allCases)
}

/// The specification of an operator's attribute.
public struct AttributeSpecification: Sendable {
  /// ONNX's name.
  public let name: String
  /// The kind of its values.
  public let kind: AttributeValue.Kind
  /// The default; nil if there is none.
  public let defaultValue: AttributeValue?
  /// Whether every node must set it.
  public let isRequired: Bool

  @inline(never)
  static func optional(_ name: String, _ kind: AttributeValue.Kind) -> Self {
    Self(name: name, kind: kind, defaultValue: nil, isRequired: false)
  }

  @inline(never)
  static func required(_ name: String, _ kind: AttributeValue.Kind) -> Self {
    Self(name: name, kind: kind, defaultValue: nil, isRequired: true)
  }

  @inline(never)
  static func defaulted(_ name: String, _ value: AttributeValue) -> Self {
    Self(name: name, kind: value.kind, defaultValue: value, isRequired: false)
  }
}
