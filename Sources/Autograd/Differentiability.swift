import GraphIR

extension Graph {
  /// A node through which derivatives do not go as far as was asked.
  public struct Obstacle: Hashable, Sendable, CustomStringConvertible {
    /// What happens to a derivative there.
    public enum Kind: String, Hashable, Sendable {
      /// Asking for it is an error.
      case throwsError
      /// It ends: what comes before the node gets no gradient through it.
      case stops
    }

    /// The node's name.
    public let node: String
    /// Its operator.
    public let op: Op
    /// The first order that it lacks.
    public let order: Int
    /// What happens there.
    public let kind: Kind
    /// Why.
    public let reason: String

    /// For example `node 'adam_1' (AdamStep) has no derivative of order 1: …`.
    public var description: String { "node '\(node)' (\(op.rawValue)) has no derivative of order \(order): \(reason)" }
  }

  /// What keeps the graph from being differentiated up to `order` with respect to its floating-point inputs and its trainable
  /// parameters, before anything is computed.
  ///
  /// Every node that such a value reaches is differentiated symbolically by itself: the same formulas as in training say what
  /// they lack. Among the nodes found are comparisons and other integer results, at which derivatives stop; that is as it
  /// should be where they only choose.
  ///
  /// - Parameter order: the highest order that is needed; 2 for a gradient penalty and its training.
  /// - Returns: the obstacles in order of the nodes; none for a graph that has all derivatives.
  /// - Throws: ``GraphError`` where the graph is not valid.
  public func differentiability(order: Int) throws -> [Obstacle] {
    precondition(order >= 1, "order \(order), expected 1 or more")
    let types = try Verifier.check(self)
    let known = Dictionary(uniqueKeysWithValues: constants.map { ($0.name, $0.value) })
    var variables = Set(inputs.filter { $0.type.dtype.isFloatingPoint }.map(\.name))
    variables.formUnion(parameters.filter { $0.isTrainable && $0.type.dtype.isFloatingPoint }.map(\.name))
    var obstacles: [Obstacle] = []
    for node in nodes where node.inputs.contains(where: variables.contains) {
      let probe = DerivativeProbe(node: node, types: types, constants: known, variables: variables)
      variables.formUnion(node.outputs.filter { types[$0]?.dtype.isFloatingPoint == true })
      if let obstacle = probe.obstacle(upTo: order) {
        obstacles.append(obstacle)
        if obstacle.kind == .stops { variables.subtract(node.outputs) }
      }
    }
    return obstacles
  }
}

/// The derivatives of one node, taken on symbols.
private struct DerivativeProbe {
  let node: Node
  let types: [String: TensorType]
  let constants: [String: TensorValue]
  let variables: Set<String>

  func obstacle(upTo order: Int) -> Graph.Obstacle? {
    func obstacle(_ order: Int, _ kind: Graph.Obstacle.Kind, _ reason: String) -> Graph.Obstacle {
      Graph.Obstacle(node: node.name, op: node.op, order: order, kind: kind, reason: reason)
    }
    var current = 1
    do {
      let trace = Trace(name: node.name)
      let inputs = try arguments(trace)
      let outputs = try apply(node.op, inputs, node.attributes, outputCount: node.outputs.count)
      guard outputs.contains(where: { $0.dtype.isFloatingPoint }) else {
        let kinds = Set(outputs.map(\.dtype.rawValue)).sorted().joined(separator: " and ")
        return obstacle(1, .stops, "its result is \(kinds), which carries no gradient")
      }
      let leaves = inputs.compactMap { $0 }.filter(\.requiresGrad)
      var results = outputs.filter(\.requiresGrad)
      while current <= order, !results.isEmpty {
        let vectors = try results.enumerated().map { index, result in
          try symbol(trace, "vector\(current).\(index)", result.type, isVariable: true)
        }
        let gradients = try grad(
          results, leaves, gradOutputs: vectors, createGraph: true, allowUnused: true)
        results = gradients.compactMap { $0 }.filter(\.requiresGrad)
        // A gradient depends on its vector, so one that depends on nothing is zero.
        if current == 1, results.isEmpty {
          return obstacle(1, .stops, "its derivative is zero wherever it exists")
        }
        current += 1
      }
      return nil
    } catch {
      return obstacle(current, .throwsError, "\(error)")
    }
  }

  private func arguments(_ trace: Trace) throws -> [Tensor?] {
    var arguments: [String: Tensor] = [:]
    return try node.inputs.map { name in
      guard let type = types[name] else { return nil }
      if let argument = arguments[name] { return argument }
      let argument =
        try constants[name].map { Tensor($0) }
        ?? symbol(trace, name, type, isVariable: variables.contains(name))
      arguments[name] = argument
      return argument
    }
  }

  /// An input of the trace. Symbolic extents become numbers, which some derivatives need.
  private func symbol(_ trace: Trace, _ name: String, _ type: TensorType, isVariable: Bool) throws -> Tensor {
    let shape = Shape(type.shape.map { $0 < 0 ? 2 : $0 })
    return try trace.input(name, TensorType(type.dtype, shape)).detached(requiresGrad: isVariable)
  }
}
