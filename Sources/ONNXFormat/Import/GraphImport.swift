import GraphIR

/// Builds a graph from the nodes of a model.
///
/// The import runs the model on names: it knows shapes and the values that follow from them. Whatever a graph lacks is
/// resolved on the way: functions and subgraphs become their nodes, sequences lists of tensors, older versions of
/// operators their current form.
final class GraphImport: GraphComposer {
  /// The nodes that one model may become. Functions that call each other, and loops, can ask for more than any memory.
  static let nodeLimit = 1_000_000
  /// The nesting of functions and subgraphs, as for messages.
  static let depthLimit = 100

  let functions: [FunctionProto.Key: FunctionProto]
  private var taken: Set<String>
  private var depth = 0
  private var nodeCount = 0
  /// The element types in the file that were widened, by the name of the value.
  private var narrowTypes: [String: ElementType] = [:]

  /// An import into an empty graph `name`. `taken` are the names that nodes and values of the model have.
  init(
    name: String, symbols: [String], taken: Set<String>, functions: [FunctionProto.Key: FunctionProto]
  ) {
    self.functions = functions
    self.taken = taken
    super.init(GraphBuilder(name: name, symbols: symbols))
  }

  /// Records the element type that a value has in the file.
  func note(_ type: ElementType, of value: CompositionValue) { narrowTypes[value.name] = type }

  /// The element type of integers in the file, where it is known: of inputs, constants and casts. Others are int64.
  func elementType(of value: CompositionValue) -> ElementType { narrowType(of: value) ?? .int64 }

  /// The element type of a value in the file; nil where it is not known.
  func narrowType(of value: CompositionValue) -> ElementType? { narrowTypes[value.name] }

  /// Adds nodes to the graph. Their outputs become values of `scope`.
  ///
  /// - throws: ``ONNXError`` that names the node.
  func add(_ nodes: [NodeProto], in scope: ImportScope) throws {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else {
      throw ONNXError(
        code: .limit,
        message: "functions and subgraphs are nested deeper than \(Self.depthLimit) (at '\(scope.prefix)')")
    }
    // Iterations of a loop with an empty body count, too.
    try count(in: scope)
    for (index, node) in nodes.enumerated() {
      try count(in: scope)
      let name = nodeName(node, index, in: scope)
      try add(try call(node, named: name, in: scope))
    }
  }

  private func count(in scope: ImportScope) throws {
    nodeCount += 1
    guard nodeCount <= Self.nodeLimit else {
      throw ONNXError(
        code: .limit,
        message: "functions and loops unfold to more than \(Self.nodeLimit) nodes (at '\(scope.prefix)')")
    }
  }

  private func nodeName(_ node: NodeProto, _ index: Int, in scope: ImportScope) -> String {
    let own = node.name.isEmpty ? "\(node.opType)_\(index)" : node.name
    return unused(scope.prefix + own, isInFile: scope.prefix.isEmpty && !node.name.isEmpty, or: "_\(index)")
  }

  private var used: Set<String> = []

  /// A name that no other node or value of the graph has or will have.
  private func unused(_ name: String, isInFile: Bool, or suffix: String) -> String {
    var unused = name
    if isInFile, used.insert(unused).inserted { return unused }
    if isInFile { unused += suffix }
    while !taken.insert(unused).inserted { unused += "_" }
    return unused
  }

  private func call(_ node: NodeProto, named name: String, in scope: ImportScope) throws -> OperatorCall {
    let domain = node.domain.isEmpty ? "" : "\(node.domain)."
    var call = OperatorCall(
      label: "node '\(name)' (\(domain)\(node.opType))", name: name, domain: node.domain, opType: node.opType,
      opset: scope.opsets[node.domain] ?? 0, inputs: [], attributes: [:], outputs: node.outputs, scope: scope)
    call.inputs = try node.inputs.map { input in
      if input.isEmpty { return nil }
      guard let value = scope[input] else {
        throw call.error(.graph, "reads '\(input)', which no earlier node produces")
      }
      return value
    }
    for attribute in node.attributes {
      guard let value = try resolved(attribute.value, call, attribute.name) else { continue }
      switch value {
      case .value(let value):
        call.attributes[attribute.name] = value
        if node.opType == "Constant" { call.resultType = attribute.elementType }
      case .graph(let graph): call.graphs[attribute.name] = graph
      case .type(let type): call.types[attribute.name] = type
      case .other(let kind):
        throw call.error(.unsupported, "attribute '\(attribute.name)' is of the kind \(kind), which is not read")
      case .reference: break
      }
    }
    if ["BitCast", "Cast"].contains(node.opType) { call.resultType = try call.int("to").flatMap(ElementType.init) }
    call.function = functions[FunctionProto.Key(domain: node.domain, name: node.opType, overload: node.overload)]
    return call
  }

  /// An attribute whose reference to an argument of the function is replaced; nil where the call leaves it out.
  private func resolved(
    _ value: AttributeProto.Value, _ call: OperatorCall, _ name: String
  ) throws -> AttributeProto.Value? {
    guard case .reference(let argument) = value else { return value }
    guard !call.scope.prefix.isEmpty else {
      throw ONNXError(
        code: .malformed,
        message: "\(call.label), attribute '\(name)' refers to a function's attribute, but is in no function")
    }
    return call.scope.arguments[argument]
  }

  private func add(_ call: OperatorCall) throws {
    let results: [ImportedValue?]
    let first = builder.graph.nodes.count
    do {
      if let function = call.function {
        results = try inline(function, call)
      } else if let control = ControlOperator(rawValue: call.opType) {
        results = try add(control, call)
      } else if let sequence = SequenceOperator(rawValue: call.opType), sequence.takes(call) {
        results = try add(sequence, call)
      } else {
        results = try addOperator(call)
      }
    } catch let error as GraphError {
      throw ONNXError(code: .graph, message: call.label, cause: error)
    }
    guard results.count >= (call.outputs.lastIndex { !$0.isEmpty } ?? -1) + 1 else {
      throw call.error(.graph, "\(call.outputs.count) outputs, expected at most \(results.count)")
    }
    let isTop = call.scope.prefix.isEmpty
    let named = isTop ? try naming(results, call.outputs, since: first) : results
    for (name, result) in zip(call.outputs, named) {
      if let result { try call.scope.bind(name, result) }
    }
    if let type = call.resultType, case .tensor(let value)?? = named.first { note(type, of: value) }
  }

  /// Gives the tensors that nodes from `first` on compute the names of the file. One that serves two outputs keeps its
  /// own.
  private func naming(
    _ results: [ImportedValue?], _ names: [String], since first: Int
  ) throws -> [ImportedValue?] {
    let tensors = results.map { result -> String? in
      if case .tensor(let tensor)? = result { tensor.name } else { nil }
    }
    guard zip(tensors, names).contains(where: { $0 != $1 && !$1.isEmpty }) else { return results }
    let created = Set(builder.graph.nodes[first...].flatMap(\.outputs))
    let isPlain = zip(tensors, results).allSatisfy { $0 != nil || $1 == nil }
    return try zip(zip(tensors, results), names + results.dropFirst(names.count).map { _ in "" }).map { pair, name in
      guard isPlain, let tensor = pair.0, !name.isEmpty, tensor != name, created.contains(tensor),
        tensors.count(where: { $0 == tensor }) == 1
      else { return pair.1 }
      try builder.rename(tensor, to: name)
      return .tensor(CompositionValue(name: name))
    }
  }

  private func addOperator(_ call: OperatorCall) throws -> [ImportedValue?] {
    var call = call
    if call.opType == "Constant" { return [.tensor(try addConstant(call))] }
    if let composed = try ImportedOperators.composition(of: call, self) {
      return try composed(self, call).map { $0.map(ImportedValue.tensor) }
    }
    let count = call.outputs.count
    try ImportedOperators.modernize(&call, self)
    guard let op = Op(rawValue: call.opType), op.definition.signature.domain == Signature.onnxDomain else {
      throw call.error(.unsupported, "no such operator in the vocabulary")
    }
    let isTop = call.scope.prefix.isEmpty
    let outputs = call.outputs.map { output in
      output.isEmpty || isTop ? output : unused(call.scope.prefix + output, isInFile: false, or: "")
    }
    try builder.append(
      Node(
        name: call.name, op: op, inputs: try call.tensors().map { $0?.name ?? "" }, outputs: outputs,
        attributes: call.attributes))
    let unset = [ImportedValue?](repeating: nil, count: count - outputs.count)
    return outputs.map { $0.isEmpty ? nil : .tensor(CompositionValue(name: $0)) } + unset
  }

  private func addConstant(_ call: OperatorCall) throws -> CompositionValue {
    let value = try ImportedOperators.constant(call)
    guard call.outputs.count == 1, call.scope.prefix.isEmpty else { return constant(value) }
    try builder.constant(value, named: call.outputs[0])
    return CompositionValue(name: call.outputs[0])
  }

  private func inline(_ function: FunctionProto, _ call: OperatorCall) throws -> [ImportedValue?] {
    guard call.inputs.count <= function.inputs.count else {
      throw call.error(.graph, "\(call.inputs.count) inputs, but the function has \(function.inputs.count)")
    }
    var arguments = call.attributes.values.mapValues(AttributeProto.Value.value)
    arguments.merge(call.graphs.mapValues(AttributeProto.Value.graph)) { first, _ in first }
    for attribute in function.defaults where arguments[attribute.name] == nil {
      arguments[attribute.name] = attribute.value
    }
    let scope = ImportScope(
      prefix: "\(call.name)/", opsets: function.opsets.merging(call.scope.opsets) { own, _ in own },
      arguments: arguments)
    for (name, input) in zip(function.inputs, call.inputs) {
      if let input { try scope.bind(name, input) }
    }
    // An input that the call leaves out is left out of the nodes that read it.
    let omitted = Set(function.inputs.filter { scope[$0] == nil })
    try add(function.nodes.map { $0.omitting(omitted) }, in: scope)
    return try function.outputs.prefix(call.outputs.count).map { output in
      guard let value = scope[output] else {
        throw call.error(.graph, "the function computes no value '\(output)' for its output")
      }
      return value
    }
  }
}

extension NodeProto {
  fileprivate func omitting(_ names: Set<String>) -> NodeProto {
    guard !names.isEmpty else { return self }
    var node = self
    node.inputs = inputs.map { names.contains($0) ? "" : $0 }
    return node
  }
}
