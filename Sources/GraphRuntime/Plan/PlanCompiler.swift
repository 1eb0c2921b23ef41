import CKernels
import GraphIR

/// Compiles a graph to unbound instructions, and to buffers for its values.
struct PlanCompiler {
  let graph: Graph
  let types: [String: TensorType]
  let state: ProgramState
  let threads: Int
  /// Constants, by name.
  let constants: [String: TensorValue]
  var memory = PlanMemory()
  var drafts: [PlanDraft] = []
  /// The indices of the nodes that read each value; nil stands for an output or an update.
  private(set) var readers: [String: [Int?]] = [:]
  /// Optimizer calls that run as a group, and nodes that are part of a preceding instruction.
  private var handled: Set<String> = []

  /// Compiles a verified graph whose shapes are static.
  ///
  /// - Throws: ``ExecutionError`` if the parameters are not those of the state.
  init(_ graph: Graph, types: [String: TensorType], state: ProgramState, threads: Int) throws {
    self.graph = graph
    self.types = types
    self.state = state
    self.threads = threads
    constants = Dictionary(uniqueKeysWithValues: graph.constants.map { ($0.name, $0.value) })
    for (index, node) in graph.nodes.enumerated() {
      for input in node.inputs { readers[input, default: []].append(index) }
    }
    for name in graph.outputs.map(\.name) + graph.updates.map(\.value) { readers[name, default: []].append(nil) }
    try placeEnds()
    let groups = OptimizerGroup.groups(of: graph)
    handled = Set(groups.flatMap { $0.nodes.map(\.name) })
    let fusion = Fusion(graph, types: types) { node in handled.contains(node.name) ? nil : fusedSpace(of: node) }
    for unit in fusion.units { try compile(unit.map { graph.nodes[$0] }) }
    for group in groups { compile(group) }
    compileUpdates(but: Set(groups.flatMap(\.stateNames)))
  }

  /// Places inputs, constants and parameters.
  private mutating func placeEnds() throws {
    for input in graph.inputs { memory.place(input.name, input.type) }
    for constant in graph.constants { memory.place(constant.name, constant.value.type, .constant(constant.value)) }
    for parameter in graph.parameters {
      guard let type = state.type(of: parameter.name) else {
        throw ExecutionError(
          .missingValue, "program '\(graph.name)': expected '\(parameter.name)' in the state, found nothing")
      }
      guard type == parameter.type else {
        throw ExecutionError(
          .wrongType,
          "'\(parameter.name)' of program '\(graph.name)': expected \(parameter.type) in the state, found \(type)")
      }
      memory.place(parameter.name, type, .state(parameter.name))
    }
  }

  func type(_ name: String) -> TensorType {
    guard let type = types[name] else { preconditionFailure("graph '\(graph.name)' was not verified: no '\(name)'") }
    return type
  }

  /// Places a new value and returns its location.
  mutating func place(_ name: String) -> PlanView {
    memory.place(name, type(name))
    return memory[name]
  }

  /// Places a value at the location of another one.
  mutating func alias(_ name: String, _ view: PlanView) { memory.place(name, at: view) }

  /// Places a value inside a larger buffer. Returns false if it must be moved there instead.
  mutating func makePart(_ name: String, of view: PlanView) -> Bool {
    memory.makePart(name, byteCount: type(name).byteCount, of: view)
  }

  /// A buffer of the arena.
  mutating func buffer(_ byteCount: Int) -> PlanView { PlanView(buffer: memory.add(.arena, byteCount: byteCount)) }

  private mutating func compile(_ nodes: [Node]) throws {
    let nodes = nodes.filter { !handled.contains($0.name) }
    guard let node = nodes.first else { return }
    if fusedSpace(of: node) != nil { return compileFused(nodes) }
    if compileView(node) || compileProduct(node) || compileConvolution(node) || compileMovement(node)
      || compileReduction(node) || compileBinary(node) || compileBatchNormalization(node)
    {
      return
    }
    try compileCall(node)
  }

  /// The only node that reads a value; nil if an output or an update reads it.
  func onlyReader(of name: String) -> Node? {
    guard let readers = readers[name], readers.count == 1, let reader = readers[0] else { return nil }
    return graph.nodes[reader]
  }

  /// Makes a node a part of the instruction that is being compiled.
  mutating func absorb(_ node: Node) { handled.insert(node.name) }

  /// Compiles Reshape and similar operators: the same bytes under another type.
  private mutating func compileView(_ node: Node) -> Bool {
    guard node.op.traits.isInMemoryOfInput else { return false }
    alias(node.outputs[0], memory[node.inputs[0]])
    return true
  }

  /// Adds an instruction with the names of its nodes.
  mutating func add(_ draft: PlanDraft, _ nodes: [Node]) {
    var draft = draft
    draft.nodes = nodes.map(\.name)
    drafts.append(draft)
  }

  /// For example `[64, 784] × [512, 784] → [64, 512]`.
  func describe(_ inputs: [String], _ sign: String, _ outputs: [String]) -> String {
    let (from, to) = (inputs.map { "\(type($0).shape)" }, outputs.map { "\(type($0).shape)" })
    return from.joined(separator: sign) + " → " + to.joined(separator: ", ")
  }

  /// Compiles a call through the kernel table.
  private mutating func compileCall(_ node: Node) throws {
    let inputs = node.inputs.filter { !$0.isEmpty }
    let outputs = node.outputs.map { $0.isEmpty ? nil : place($0) }
    let context = InferenceContext(
      node.op, node: node.name, inputs: node.inputs.map { types[$0] }, constants: node.inputs.map { constants[$0] },
      attributes: node.attributes, outputCount: node.outputs.count)
    let outputTypes = try node.op.definition.infer(context)
    let views = node.inputs.map { $0.isEmpty ? nil : memory[$0] }
    let inputTypes = node.inputs.map { types[$0] }
    var draft = PlanDraft(title: node.op.rawValue) { binder in
      let values = zip(views, inputTypes).map { view, type -> TensorValue? in
        guard let view, let type else { return nil }
        return TensorValue(borrowing: binder.pointer(view), type: type)
      }
      return KernelCall(
        node, inputs: values, types: outputTypes, results: outputs.map { $0.map(binder.pointer) },
        threads: binder.threads
      ).bound
    }
    draft.detail = describe(inputs, ", ", node.outputs.filter { !$0.isEmpty })
    draft.reads = views.compactMap { $0 }
    draft.writes = outputs.compactMap { $0 }
    draft.flops = flops(of: node)
    (draft.isCall, draft.isAlone) = (true, true)
    add(draft, [node])
  }

  /// The multiplications and additions of a convolution; for other calls one operation per element.
  func flops(of node: Node) -> Int {
    guard let names = convolution(of: node)?.names else { return type(node.outputs[0]).shape.elementCount }
    return 2 * type(names[2]).shape.elementCount * type(names[1]).shape.dropFirst().reduce(1, *)
  }

  /// Whether one thread does so many operations. Synchronising threads costs a few microseconds, and far more on a busy
  /// machine.
  static func isSmall(_ flops: Int) -> Bool { flops < ZKParallelFlops }

  /// Moves updated values to their parameters. Optimisers have done so already.
  private mutating func compileUpdates(but optimized: Set<String>) {
    let updated = Set(graph.updates.filter { $0.parameter != $0.value }.map(\.parameter))
    for update in graph.updates where !optimized.contains(update.parameter) && update.parameter != update.value {
      let size = type(update.value).byteCount
      var source = memory[update.value]
      if case .state(let name) = memory.buffers[memory.root(source).buffer].kind, updated.contains(name) {
        // Keep the current value: the parameter may be updated first.
        let copy = buffer(size)
        addMove(from: source, to: copy, byteCount: size, title: "Keep")
        source = copy
      }
      addMove(from: source, to: memory[update.parameter], byteCount: size, title: "Update", isCommit: true)
      drafts[drafts.count - 1].detail = update.parameter
    }
  }

  /// Adds a move of bytes, which is dropped at binding if they are in place already.
  mutating func addMove(
    from source: PlanView, to destination: PlanView, byteCount: Int, title: String, isCommit: Bool = false
  ) {
    var draft = PlanDraft(title: title) { binder in
      let (from, to) = (binder.pointer(source), binder.pointer(destination))
      guard from != to, byteCount > 0 else { return nil }
      return BoundInstruction(zk_move_run, ZKBoundMove(size: byteCount, source: from, destination: to))
    }
    (draft.reads, draft.writes, draft.isCommit) = ([source], [destination], isCommit)
    drafts.append(draft)
  }
}
