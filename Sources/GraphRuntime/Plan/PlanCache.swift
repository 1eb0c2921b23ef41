import GraphIR

/// A graph with symbolic extents, compiled once for each size of its inputs.
///
/// ```swift
/// let generator = PlanCache(graph.inferenceMode(), state: ProgramState(weights, for: [graph]))
/// let some = try generator.run(["z": noise])["images"]
/// let last = try generator.run(["z": rest])["images"]  // another batch size: compiled at its first use
/// ```
///
/// The plans share one state. A cache belongs to one thread at a time.
public final class PlanCache {
  /// The graph, with its symbols.
  public let graph: Graph
  private let state: ProgramState
  private let threads: Int?
  private var plans: [[Int: Int]: Plan] = [:]

  /// A cache without plans.
  ///
  /// - Parameters:
  ///   - graph: the graph, with its symbols.
  ///   - state: has a tensor for each of the graph's parameters.
  ///   - threads: the maximal number of threads of an instruction; by default that of `CPUBackend`.
  public init(_ graph: Graph, state: ProgramState, threads: Int? = nil) {
    self.graph = graph
    self.state = state
    self.threads = threads
  }

  /// The number of input sizes so far.
  public var count: Int { plans.count }

  /// The plan for inputs of these sizes.
  ///
  /// - Parameter inputs: a value for each of the graph's inputs, by name. Equal symbolic dimensions must get equal
  ///   extents.
  /// - Throws: ``ExecutionError`` that names the input; the errors of ``Plan/init(_:state:threads:)``.
  public func plan(for inputs: [String: TensorValue]) throws -> Plan {
    var extents: [Int: Int] = [:]
    try Executor.check(inputs, against: graph.inputs, kind: "input", of: graph, &extents)
    if let plan = plans[extents] { return plan }
    let plan = try Plan(graph.specialized(to: extents), state: state, threads: threads)
    plans[extents] = plan
    return plan
  }

  /// Runs the graph and updates the state.
  ///
  /// - Returns: the outputs, by name.
  /// - Throws: the errors of ``plan(for:)``; ``ExecutionError`` that names the instruction.
  public func run(_ inputs: [String: TensorValue]) throws -> [String: TensorValue] {
    let plan = try plan(for: inputs)
    for input in graph.inputs { if let value = inputs[input.name] { plan.set(input.name, to: value) } }
    try plan.compute()
    try plan.commit()
    return Dictionary(graph.outputs.map { ($0.name, plan.output($0.name)) }) { first, _ in first }
  }
}
