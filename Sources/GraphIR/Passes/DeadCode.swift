extension Graph {
  /// Returns the graph without nodes, constants and parameters that no output and no update needs. Unread optional
  /// outputs of a node lose their names.
  ///
  /// Requires a verified graph. Preserves outputs and updates. Inputs stay, because callers provide them by name.
  public func removingDeadCode() -> Graph {
    var needed = Set(outputs.map(\.name)).union(updates.map(\.value)).union(updates.map(\.parameter))
    var live: [Node] = []
    for node in nodes.reversed() where !needed.isDisjoint(with: node.outputs) {
      var node = node
      for (index, formal) in node.op.definition.signature.outputs.enumerated()
      where formal.presence == .optional && index < node.outputs.count && !needed.contains(node.outputs[index]) {
        node.outputs[index] = ""
      }
      live.append(node)
      needed.formUnion(node.inputs.lazy.filter { !$0.isEmpty })
    }
    var result = self
    result.nodes = live.reversed()
    result.constants.removeAll { !needed.contains($0.name) }
    result.parameters.removeAll { !needed.contains($0.name) }
    return result
  }
}
