extension Graph {
  /// Returns the graph with equal elementwise nodes on every part of a `Split` merged into one node before it. A
  /// `Concat` of all parts is replaced by the input of the `Split`.
  ///
  /// Requires a verified graph. Preserves outputs and updates bit for bit.
  /// - Throws: ``GraphError`` if the graph is invalid.
  public func mergingParallelCalls() throws -> Graph {
    var rewriter = try Rewriter(self)
    var calls: [Call: Node] = [:]
    for node in nodes where node.outputs.count == 1 { calls[Call(node)] = node }
    var done: Set<String> = []
    for node in nodes where !done.contains(node.name) {
      if let whole = rewriter.joined(node) {
        rewriter.replace(node.outputs[0], by: whole)
        continue
      }
      let node = rewriter.resolved(node)
      guard let merged = rewriter.parallel(node, calls) else {
        try rewriter.append(node)
        continue
      }
      let whole = try rewriter.add(node.op, merged.inputs, node.attributes)
      try rewriter.append(
        Node(
          name: node.name, op: .split, inputs: [whole] + merged.counts, outputs: merged.nodes.map { $0.outputs[0] },
          attributes: ["axis": .int(0)]))
      done.formUnion(merged.nodes.map(\.name))
    }
    return try rewriter.finish()
  }
}

/// A node without its name and outputs.
private struct Call: Hashable {
  let op: Op
  let inputs: [String]
  let attributes: Attributes

  init(_ node: Node) { (op, inputs, attributes) = (node.op, node.inputs, node.attributes) }
}

extension Rewriter {
  /// Returns the input of the `Split` whose parts a node concatenates; nil for other nodes.
  fileprivate func joined(_ node: Node) -> String? {
    guard node.op == .concat, let split = maker(of: resolved(node.inputs[0]), .split),
      split.outputs == node.inputs.map(resolved), axis(of: split) == axis(of: node)
    else { return nil }
    return split.inputs[0]
  }

  private func axis(of node: Node) -> Int? {
    shape(of: node.op == .split ? node.inputs[0] : resolved(node.inputs[0]))
      .normalized(axis: ResolvedAttributes(node.op, node.attributes).int("axis") ?? 0)
  }

  /// Returns the nodes that do the same as `node` on all parts of its splits: the inputs of the merged node, the input
  /// of `Split` with the sizes of the parts, and the nodes.
  fileprivate func parallel(_ node: Node, _ calls: [Call: Node]) -> (
    inputs: [String], counts: ArraySlice<String>, nodes: [Node]
  )? {
    guard node.op.traits.isElementwise else { return nil }
    let splits = node.inputs.map { maker(of: $0, .split) }
    guard let first = splits.compactMap({ $0 }).first, axis(of: first) == 0,
      splits.allSatisfy({ $0?.outputs.contains("") != true }),
      let lane = zip(node.inputs, splits).compactMap({ input, split in split?.outputs.firstIndex(of: input) }).first
    else { return nil }
    let shape = shape(of: first.outputs[lane])
    for (input, split) in zip(node.inputs, splits) {
      if let split {
        guard split.outputs.firstIndex(of: input) == lane, axis(of: split) == 0, self.shape(of: input) == shape,
          split.outputs.map({ self.shape(of: $0) }) == first.outputs.map({ self.shape(of: $0) })
        else { return nil }
      } else {
        // One value for all parts.
        guard node.op.traits.broadcasts, self.shape(of: input).elementCount == 1,
          self.shape(of: input).rank <= shape.rank
        else { return nil }
      }
    }
    let nodes = first.outputs.indices.map { other in
      calls[
        Call(
          Node(
            name: "", op: node.op, inputs: zip(node.inputs, splits).map { $1?.outputs[other] ?? $0 }, outputs: [],
            attributes: node.attributes))]
    }
    // Of duplicate nodes, one stays unchanged.
    guard nodes.allSatisfy({ $0.map { maker(of: $0.outputs[0]) == nil } ?? false }),
      nodes.contains(where: { $0?.name == node.name })
    else { return nil }
    let inputs = zip(node.inputs, splits).map { $1?.inputs[0] ?? $0 }
    return (inputs, first.inputs.dropFirst(), nodes.compactMap { $0 })
  }
}
