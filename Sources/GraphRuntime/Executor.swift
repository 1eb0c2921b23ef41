import GraphIR

/// Runs a graph on values, node by node. Values are freed after their last use.
///
/// ```swift
/// let generator = try Executor(graph.inferenceMode(), parameters: weights)
/// let images = try generator.run(["z": noise]).outputs["images"]
/// ```
public struct Executor: Sendable {
  /// The results of a run.
  public struct Results: Sendable {
    /// The graph's outputs by name.
    public let outputs: [String: TensorValue]
    /// The new values of updated parameters, by their names.
    public let updates: [String: TensorValue]
  }

  /// A node with places instead of names; nil for an omitted optional input or output.
  private struct Step: Sendable {
    let node: Node
    let inputs: [Int?]
    let outputs: [Int?]
    /// The places that no later step reads.
    let freed: [Int]
  }

  /// The graph.
  public let graph: Graph
  /// The backend of the operators.
  public let backend: any Backend

  private let places: [String: Int]
  private let steps: [Step]
  /// The values of parameters and constants, by place.
  private let initial: [TensorValue?]

  /// Checks the graph and prepares it for runs with these parameters.
  ///
  /// - Parameters:
  ///   - graph: the graph to run.
  ///   - parameters: a value for each of the graph's parameters, by name.
  ///   - backend: the backend of the operators; the CPU by default.
  /// - Throws: `GraphError` for an invalid graph, ``ExecutionError`` if the parameters do not fit it.
  public init(_ graph: Graph, parameters: [String: TensorValue] = [:], backend: any Backend = CPUBackend()) throws {
    try graph.verify()
    self.graph = graph
    self.backend = backend
    var places: [String: Int] = [:]
    func place(_ name: String) -> Int? {
      if name.isEmpty { return nil }
      if let place = places[name] { return place }
      places[name] = places.count
      return places.count - 1
    }
    let declared = graph.parameters.map { Graph.Value(name: $0.name, type: $0.type) }
    var symbols: [Int: Int] = [:]
    try Self.check(parameters, against: declared, kind: "parameter", of: graph, &symbols)
    var initial: [TensorValue?] = []
    for parameter in graph.parameters {
      _ = place(parameter.name)
      initial.append(parameters[parameter.name])
    }
    for constant in graph.constants {
      _ = place(constant.name)
      initial.append(constant.value)
    }
    let fixed = initial.count
    for input in graph.inputs { _ = place(input.name) }
    let calls = graph.nodes.map { (node: $0, inputs: $0.inputs.map(place), outputs: $0.outputs.map(place)) }
    var isRead = Set((graph.outputs.map(\.name) + graph.updates.map(\.value)).compactMap { places[$0] })
    var steps: [Step] = []
    for call in calls.reversed() {
      let freed = (call.inputs + call.outputs).compactMap { $0 }.filter { isRead.insert($0).inserted }
      steps.append(Step(node: call.node, inputs: call.inputs, outputs: call.outputs, freed: freed))
    }
    self.steps = steps.reversed()
    self.places = places
    self.initial = initial + [TensorValue?](repeating: nil, count: places.count - fixed)
  }

  /// Runs the graph.
  ///
  /// - Parameters:
  ///   - inputs: a value for each of the graph's inputs, by name. Equal symbolic dimensions must get equal extents.
  ///   - changed: parameters whose values have changed since the initialisation, of the same types.
  /// - Throws: ``ExecutionError`` that names the input or the node.
  public func run(_ inputs: [String: TensorValue], changed: [String: TensorValue] = [:]) throws -> Results {
    var symbols: [Int: Int] = [:]
    try Self.check(inputs, against: graph.inputs, kind: "input", of: graph, &symbols)
    var values = initial
    for parameter in graph.parameters {
      guard let value = changed[parameter.name], let place = places[parameter.name] else { continue }
      precondition(
        value.type == parameter.type,
        "parameter '\(parameter.name)': expected \(parameter.type), found \(value.type)")
      values[place] = value
    }
    for (name, value) in inputs { if let place = places[name] { values[place] = value } }
    for step in steps {
      let arguments = step.inputs.map { $0.flatMap { values[$0] } }
      let results = try call(step.node, arguments)
      for (place, result) in zip(step.outputs, results) { if let place { values[place] = result } }
      for place in step.freed { values[place] = nil }
    }
    var (outputs, updates): ([String: TensorValue], [String: TensorValue]) = ([:], [:])
    for output in graph.outputs { outputs[output.name] = places[output.name].flatMap { values[$0] } }
    for update in graph.updates { updates[update.parameter] = places[update.value].flatMap { values[$0] } }
    return Results(outputs: outputs, updates: updates)
  }

  private func call(_ node: Node, _ arguments: [TensorValue?]) throws -> [TensorValue] {
    do {
      let types = try node.op.definition.infer(
        InferenceContext(
          node.op, node: node.name, inputs: arguments.map { $0?.type }, constants: arguments,
          attributes: node.attributes, outputCount: node.outputs.count))
      return try backend.run(node.op, inputs: arguments, attributes: node.attributes, outputs: types)
    } catch {
      throw ExecutionError(
        .failed, "graph '\(graph.name)' stopped at node '\(node.name)' (\(node.op.rawValue))", cause: error)
    }
  }

  /// Checks values against their declarations, and finds the extents of symbols.
  static func check(
    _ values: [String: TensorValue], against declared: [Graph.Value], kind: String, of graph: Graph,
    _ symbols: inout [Int: Int]
  ) throws {
    for expected in declared {
      guard let value = values[expected.name] else {
        throw ExecutionError(.missingValue, "\(kind) '\(expected.name)' of graph '\(graph.name)' has no value")
      }
      var fits = value.dtype == expected.type.dtype && value.shape.rank == expected.type.shape.rank
      for (extent, actual) in zip(expected.type.shape, value.shape) where fits {
        fits = extent < 0 ? symbols[extent, default: actual] == actual : extent == actual
        if extent < 0 { symbols[extent] = symbols[extent] ?? actual }
      }
      guard fits else {
        let found = "\(value.type), expected \(graph.describe(expected.type))"
        throw ExecutionError(.wrongType, "\(kind) '\(expected.name)' of graph '\(graph.name)' is \(found)")
      }
    }
    if let name = values.keys.filter({ name in !declared.contains { $0.name == name } }).min() {
      let known = declared.isEmpty ? "it has none" : "it has " + declared.map(\.name).joined(separator: ", ")
      throw ExecutionError(.unknownName, "graph '\(graph.name)' has no \(kind) '\(name)'; \(known)")
    }
  }
}
