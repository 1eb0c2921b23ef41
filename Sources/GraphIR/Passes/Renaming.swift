extension Graph {
  /// Returns the graph with other names of values, and by default the same names of nodes.
  ///
  /// Requires new names that differ from each other.
  public func renaming(
    values: (String) -> String, nodes renamedNode: (String) -> String = { $0 }
  ) -> Graph {
    func renamed(_ name: String) -> String { name.isEmpty ? "" : values(name) }
    var graph = self
    for index in inputs.indices { graph.inputs[index].name = renamed(inputs[index].name) }
    for index in parameters.indices { graph.parameters[index].name = renamed(parameters[index].name) }
    for index in constants.indices { graph.constants[index].name = renamed(constants[index].name) }
    for index in nodes.indices {
      graph.nodes[index].name = renamedNode(nodes[index].name)
      graph.nodes[index].inputs = nodes[index].inputs.map(renamed)
      graph.nodes[index].outputs = nodes[index].outputs.map(renamed)
    }
    for index in outputs.indices { graph.outputs[index].name = renamed(outputs[index].name) }
    graph.updates = updates.map { Update(parameter: renamed($0.parameter), value: renamed($0.value)) }
    return graph
  }
}
