import GraphIR

/// Calls of `AdamStep` that differ only in their tensors. One loop over adjacent tensors runs them all.
struct OptimizerGroup {
  /// The calls, in the graph's order.
  private(set) var nodes: [Node]
  /// The element type of their tensors.
  let dtype: DataType

  /// The parameters that the calls update.
  var parameters: [String] { nodes.map { $0.inputs[2] } }
  /// Their gradients.
  var gradients: [String] { nodes.map { $0.inputs[3] } }
  /// The moments of the gradients.
  var moments: [[String]] { [nodes.map { $0.inputs[4] }, nodes.map { $0.inputs[5] }] }
  /// The tensors that are adjacent in a state.
  var stateNames: [String] { parameters + moments.flatMap { $0 } }

  /// The groups of a graph: calls of `AdamStep` that update the parameters they read, and whose results are not used
  /// elsewhere.
  static func groups(of graph: Graph) -> [OptimizerGroup] {
    let types = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.type) })
    let updates = Dictionary(uniqueKeysWithValues: graph.updates.map { ($0.parameter, $0.value) })
    let needed = Set(graph.nodes.flatMap(\.inputs)).union(graph.outputs.map(\.name))
    var groups: [OptimizerGroup] = []
    for node in graph.nodes where node.op == .adamStep {
      guard let type = types[node.inputs[2]],
        zip([2, 4, 5], node.outputs).allSatisfy({ updates[node.inputs[$0]] == $1 }),
        needed.isDisjoint(with: node.outputs)
      else { continue }
      let place = groups.firstIndex { group in
        group.dtype == type.dtype && group.nodes[0].attributes == node.attributes
          && group.nodes[0].inputs[..<2] == node.inputs[..<2]
      }
      if let place {
        groups[place].nodes.append(node)
      } else {
        groups.append(OptimizerGroup(nodes: [node], dtype: type.dtype))
      }
    }
    return groups
  }
}
