import GraphIR

/// One walk over the tape from outputs back to leaves.
///
/// Nodes are numbered by time. A walk by descending numbers visits each node after all nodes that use it. There is no
/// recursion: only memory limits the length of a chain.
struct BackwardPass {
  /// The place at which a gradient arrives: an output of a node, or a leaf.
  private struct Place: Hashable {
    let owner: ObjectIdentifier
    let index: Int

    init(_ tensor: Tensor) {
      owner = tensor.node.map(ObjectIdentifier.init) ?? ObjectIdentifier(tensor)
      index = tensor.outputIndex
    }

    init(_ node: TapeNode, _ index: Int) {
      owner = ObjectIdentifier(node)
      self.index = index
    }
  }

  private var gradients: [Place: Tensor] = [:]
  /// All nodes that the outputs depend on, by descending number.
  private let nodes: [TapeNode]
  private let leaves: [Tensor]
  private let reached: Set<Place>
  /// Places whose gradients are requested. Their gradients are kept when their node is visited.
  private let kept: Set<Place>
  /// The targets of the walk; nil stands for all leaves.
  private let targets: Set<Place>?
  private let needed: Set<ObjectIdentifier>
  private let createGraph: Bool
  /// Tensors whose gradients no node of the walk passes on.
  private let ends: [Tensor]

  /// - Parameters:
  ///   - outputs: the tensors to differentiate.
  ///   - vectors: the vector for each output; nil stands for 1 if the output has one element.
  ///   - inputs: the tensors whose gradients are requested.
  ///   - onlyInputs: false walks to all leaves.
  ///   - createGraph: whether the gradients can be differentiated.
  ///   - start: the node number at which the walk ends. It is a part of a larger walk, which calls the hooks of
  ///     `inputs`.
  init(
    _ outputs: [Tensor], _ vectors: [Tensor?], inputs: [Tensor], onlyInputs: Bool, createGraph: Bool,
    since start: Int? = nil
  ) throws {
    guard vectors.count == outputs.count else {
      throw AutogradError(
        .gradOutputs, "\(vectors.count) gradOutputs for \(outputs.count) outputs, expected one for each")
    }
    kept = Set(inputs.map(Place.init))
    targets = onlyInputs ? kept : nil
    // Nodes older than every target can't depend on one. A derivative inside of a long graph visits new nodes only.
    let earliest = start ?? (onlyInputs ? inputs.map { $0.node?.sequence ?? 0 }.min() ?? 0 : 0)
    (nodes, leaves, reached) = Self.collect(from: outputs, since: earliest)
    needed = Self.needed(of: nodes, for: targets)
    self.createGraph = createGraph
    ends = start == nil ? onlyInputs ? inputs : inputs + leaves : []
    for (index, (output, vector)) in zip(outputs, vectors).enumerated() {
      if !output.requiresGrad, vector == nil, outputs.count > 1 { continue }
      let seed = try Self.seed(index, output, vector)
      add(createGraph ? seed : seed.detached(), at: Place(output))
    }
    if let freed = nodes.first(where: { $0.isFreed && needed.contains(ObjectIdentifier($0)) }) {
      throw AutogradError(
        .freed, "the graph behind \(freed.name) was freed by an earlier pass; pass retainGraph: true to that one"
      )
    }
  }

  private static func seed(_ index: Int, _ output: Tensor, _ vector: Tensor?) throws -> Tensor {
    guard output.requiresGrad else {
      throw AutogradError(
        .requiresNoGrad,
        "output \(index), a \(output.type), does not depend on anything that requires a gradient, or was computed in "
          + "noGrad {}")
    }
    guard let vector else {
      guard output.shape.isStatic, output.shape.elementCount == 1 else {
        throw AutogradError(
          .nonScalarOutput,
          "output \(index) is \(output.type), not a scalar; pass gradOutputs of its shape, or differentiate its sum()")
      }
      return .ones(like: output)
    }
    guard vector.type == output.type else {
      throw AutogradError(
        .gradOutputs, "gradOutputs[\(index)] is \(vector.type), expected \(output.type) as the output")
    }
    return vector
  }

  /// All nodes from number `earliest` that the outputs depend on, their leaves, and all places on the way.
  private static func collect(from outputs: [Tensor], since earliest: Int) -> ([TapeNode], [Tensor], Set<Place>) {
    var (nodes, leaves): ([TapeNode], [Tensor]) = ([], [])
    var reached: Set<Place> = []
    var visited: Set<ObjectIdentifier> = []
    var pending = outputs
    while let tensor = pending.popLast() {
      guard tensor.requiresGrad else { continue }
      let isNew = reached.insert(Place(tensor)).inserted
      guard let node = tensor.node else {
        if isNew { leaves.append(tensor) }
        continue
      }
      guard node.sequence >= earliest, visited.insert(ObjectIdentifier(node)).inserted else { continue }
      nodes.append(node)
      for input in node.inputs { if let input { pending.append(input.tensor) } }
    }
    return (nodes.sorted { $0.sequence > $1.sequence }, leaves, reached)
  }

  /// The nodes on a path between the outputs and a target, found in order of time.
  private static func needed(of nodes: [TapeNode], for targets: Set<Place>?) -> Set<ObjectIdentifier> {
    guard let targets else { return Set(nodes.map(ObjectIdentifier.init)) }
    var needed: Set<ObjectIdentifier> = []
    for node in nodes.reversed() where node.inputs.contains(where: { leads($0, to: targets, through: needed) }) {
      needed.insert(ObjectIdentifier(node))
    }
    return needed
  }

  private static func leads(_ input: TapeNode.Input?, to targets: Set<Place>, through nodes: Set<ObjectIdentifier>)
    -> Bool
  {
    guard let tensor = input?.tensor, tensor.requiresGrad else { return false }
    return targets.contains(Place(tensor)) || tensor.node.map { nodes.contains(ObjectIdentifier($0)) } ?? false
  }

  /// Walks the nodes and accumulates the gradients of targets and leaves.
  mutating func run(retainGraph: Bool) throws {
    try GradMode.$isEnabled.withValue(createGraph) {
      for node in nodes where needed.contains(ObjectIdentifier(node)) {
        try visit(node)
        if !retainGraph { node.free() }
      }
      try visitEnds()
    }
  }

  private mutating func visit(_ node: TapeNode) throws {
    try AnomalyMode.differentiate(node) {
      let gradOutputs = try node.outputTypes.indices.map { index -> Tensor? in
        let place = Place(node, index)
        if let hooks = node.hooks[index] { try call(hooks, at: place) }
        return kept.contains(place) ? gradients[place] : gradients.removeValue(forKey: place)
      }
      if gradOutputs.contains(where: { $0 != nil }) { try propagate(gradOutputs, through: node) }
    }
  }

  private mutating func propagate(_ gradOutputs: [Tensor?], through node: TapeNode) throws {
    let formulas = try node.derivatives(gradOutputs)
    for (input, formula) in zip(node.inputs, formulas) {
      guard let tensor = input?.tensor, tensor.requiresGrad, let formula else { continue }
      if let targets, !Self.leads(input, to: targets, through: needed) { continue }
      if let gradient = try formula() { add(gradient, at: Place(tensor)) }
    }
  }

  /// Calls the hooks of the tensors at which the walk ends, each once.
  private mutating func visitEnds() throws {
    var seen: Set<Place> = []
    for tensor in ends where seen.insert(Place(tensor)).inserted {
      if let node = tensor.node, needed.contains(ObjectIdentifier(node)) { continue }
      if let hooks = tensor.hooks { try call(hooks, at: Place(tensor)) }
    }
  }

  private mutating func call(_ hooks: GradientHooks, at place: Place) throws {
    if let gradient = gradients[place] { gradients[place] = try hooks.call(gradient) }
  }

  private mutating func add(_ gradient: Tensor, at place: Place) {
    gradients[place] = gradients[place].map { $0 + gradient } ?? gradient
  }

  /// The gradient that arrived at a tensor.
  func gradient(of tensor: Tensor) -> Tensor? { gradients[Place(tensor)] }

  /// Whether the outputs depend on a tensor at all.
  func reaches(_ tensor: Tensor) -> Bool { reached.contains(Place(tensor)) }

  /// Adds the gradients of leaves to their `grad`.
  func accumulateIntoLeaves(except excluded: [Tensor]) {
    let excluded = Set(excluded.map(ObjectIdentifier.init))
    GradMode.$isEnabled.withValue(createGraph) {
      for leaf in leaves where !excluded.contains(ObjectIdentifier(leaf)) {
        let gradient = gradient(of: leaf) ?? .zeros(like: leaf)
        // Several leaves may share one gradient. Each gets a tensor of its own, which can be changed in place.
        leaf.grad = leaf.grad.map { $0 + gradient } ?? (createGraph ? gradient : gradient.detached())
      }
    }
  }
}
