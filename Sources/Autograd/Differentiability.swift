import GraphIR

extension Graph {
  /// A node without a derivative of the requested order.
  public struct Obstacle: Hashable, Sendable, CustomStringConvertible {
    /// The effect on a derivative.
    public enum Kind: String, Hashable, Sendable {
      /// Requesting it is an error.
      case throwsError
      /// It ends: values before the node get no gradient through it.
      case stops
    }

    /// The node's name.
    public let node: String
    /// Its operator.
    public let op: Op
    /// The first missing order.
    public let order: Int
    /// The effect on a derivative.
    public let kind: Kind
    /// The reason.
    public let reason: String

    /// For example `node 'adam_1' (AdamStep) has no derivative of order 1: …`.
    public var description: String { "node '\(node)' (\(op.rawValue)) has no derivative of order \(order): \(reason)" }
  }

  /// Finds the nodes that prevent derivatives up to `order` with respect to the floating-point inputs and the trainable
  /// parameters. Nothing is computed.
  ///
  /// Every node between such a value and an output is differentiated symbolically by itself. The formulas are those of
  /// training. They know the values that shape inference knows. A node that ends derivatives, such as a comparison, is
  /// an obstacle if no other path leads from a value to an output.
  ///
  /// - Parameter order: the highest order that is needed; 2 for a gradient penalty and its training.
  /// - Returns: the obstacles in order of the nodes; none for a graph that has all derivatives.
  /// - Throws: `GraphError` where the graph is not valid.
  public func differentiability(order: Int) throws -> [Obstacle] {
    precondition(order >= 1, "order \(order), expected 1 or more")
    try verify()
    let graph = withoutSymbols()
    let (types, values) = try GraphVerifier.inferWithValues(graph)
    var variables = Set(graph.inputs.filter { $0.type.dtype.isFloatingPoint }.map(\.name))
    variables.formUnion(graph.parameters.filter { $0.isTrainable && $0.type.dtype.isFloatingPoint }.map(\.name))
    let roots = variables
    let needed = graph.valuesReachingOutputs()
    // Forward: the values that depend on a variable.
    var probes: [(node: Node, probe: DerivativeProbe)] = []
    for node in graph.nodes where !node.op.readsShapesOnly && !needed.isDisjoint(with: node.outputs) {
      guard node.inputs.contains(where: variables.contains) else { continue }
      let probe = DerivativeProbe(node, upTo: order, types: types, values: values, variables: variables)
      probes.append((node, probe))
      if !probe.carrying.isEmpty || probe.error != nil {
        variables.formUnion(node.outputs.filter { types[$0]?.dtype.isFloatingPoint == true })
      }
    }
    // Backward: the values that a gradient reaches.
    var reached = Set(graph.outputs.map(\.name)).intersection(variables)
    for (node, probe) in probes.reversed() where !reached.isDisjoint(with: node.outputs) {
      reached.formUnion(probe.carrying)
      // Without a formula, all inputs count as reached.
      if probe.error != nil { reached.formUnion(node.inputs) }
    }
    // Forward again: the variables without a gradient, up to the node that ends it.
    var lost = roots.subtracting(reached)
    return probes.compactMap { node, probe in
      if let (order, reason) = probe.error {
        return reached.isDisjoint(with: node.outputs)
          ? nil : Obstacle(node: node.name, op: node.op, order: order, kind: .throwsError, reason: reason)
      }
      guard !lost.isDisjoint(with: node.inputs) else { return nil }
      let results = node.outputs.filter(needed.contains)
      let kinds = Set(results.compactMap { types[$0]?.dtype })
      let isFloating = kinds.contains(where: \.isFloatingPoint)
      if isFloating, !lost.isDisjoint(with: probe.carrying) {
        lost.formUnion(results)
        return nil
      }
      let names = kinds.map(\.rawValue).sorted().joined(separator: " and ")
      return Obstacle(
        node: node.name, op: node.op, order: 1, kind: .stops,
        reason: isFloating
          ? "its derivative is zero wherever it exists" : "its result is \(names), which carries no gradient")
    }
  }

  /// The graph with extents for its symbols, which some derivatives need: the least power of two that all operators
  /// accept.
  private func withoutSymbols() -> Graph {
    guard !symbols.isEmpty else { return self }
    for exponent in 1...10 {
      let extents = (1...symbols.count).map { (-$0, 1 << exponent) }
      if let graph = try? specialized(to: Dictionary(uniqueKeysWithValues: extents)) { return graph }
    }
    return self
  }

  /// The values whose elements an output depends on, not only their shapes; outputs included.
  private func valuesReachingOutputs() -> Set<String> {
    var needed = Set(outputs.map(\.name))
    for node in nodes.reversed() where !node.op.readsShapesOnly && !needed.isDisjoint(with: node.outputs) {
      needed.formUnion(node.inputs)
    }
    return needed
  }
}

extension Op {
  /// Whether the results depend on no element of the operands.
  fileprivate var readsShapesOnly: Bool { self == .shape || self == .size }
}

/// The derivatives of one node, taken on symbols.
private struct DerivativeProbe {
  /// The floating-point inputs that get a gradient through the node.
  private(set) var carrying: Set<String> = []
  /// The first order that fails, and the reason.
  private(set) var error: (order: Int, reason: String)?

  /// - Parameters:
  ///   - node: the node.
  ///   - order: the highest order to check.
  ///   - types: the types of all values, by name.
  ///   - values: the values that are known before the graph runs.
  ///   - variables: the values whose gradients are needed.
  init(
    _ node: Node, upTo order: Int, types: [String: TensorType], values: [String: TensorValue], variables: Set<String>
  ) {
    var current = 1
    do {
      let trace = Trace(name: node.name)
      var arguments: [String: Tensor] = [:]
      for name in node.inputs {
        guard let type = types[name], arguments[name] == nil else { continue }
        let shape = Shape(type.shape.map { $0 < 0 ? 2 : $0 })
        arguments[name] =
          try values[name].map { Tensor($0) }
          ?? trace.input(name, TensorType(type.dtype, shape)).detached(requiresGrad: variables.contains(name))
      }
      let outputs = try apply(
        node.op, node.inputs.map { arguments[$0] }, node.attributes, outputCount: node.outputs.count)
      let leaves = arguments.filter(\.value.requiresGrad).sorted { $0.key < $1.key }
      var results = outputs.filter(\.requiresGrad)
      while current <= order, !results.isEmpty {
        let vectors = try results.enumerated().map { index, result in
          try trace.input("vector\(current).\(index)", result.type).detached(requiresGrad: true)
        }
        let gradients = try grad(
          results, leaves.map(\.value), gradOutputs: vectors, createGraph: true, allowUnused: true)
        // A gradient depends on its vector, so one that depends on nothing is zero.
        if current == 1 {
          carrying = Set(zip(leaves, gradients).filter { $1?.requiresGrad == true }.map(\.0.key))
        }
        results = gradients.compactMap { $0 }.filter(\.requiresGrad)
        current += 1
      }
    } catch {
      self.error = (current, "\(error)")
    }
  }
}
