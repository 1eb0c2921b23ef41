import CKernels
import GraphIR

/// Finds which calls of a graph run as one: elementwise calls over one shape, and reductions of what they make.
///
/// A unit is a set of nodes that nothing outside of it comes between: no value leaves it, goes through another call and comes back.
struct Fusion {
  /// The nodes of each unit in the graph's order; units in an order in which they can run.
  private(set) var units: [[Int]] = []

  private let graph: Graph
  private let types: [String: TensorType]
  /// The node that makes a value.
  private var makers: [String: Int] = [:]
  private var partition: NodeUnits
  /// The shape that a unit's calls run over; nil for a unit that nothing can join.
  private var spaces: [Shape?] = []

  /// The most calls in a unit: with three operands each, all tensors fit into a loop.
  private static let limit = Int(ZKFusedMaxTensors) / 4

  /// Partitions a verified graph.
  ///
  /// - Parameter space: the shape that a node would run over in a fused loop; nil for one that can't be in any.
  init(_ graph: Graph, types: [String: TensorType], space: (Node) -> Shape?) {
    self.graph = graph
    self.types = types
    partition = NodeUnits(graph.nodes)
    for (index, node) in graph.nodes.enumerated() {
      let space = space(node)
      spaces.append(space)
      if let space { join(index, over: space) }
      for output in node.outputs where !output.isEmpty { makers[output] = index }
    }
    units = partition.order()
  }

  /// Puts a node into the units that its inputs are from, where their shape is its own and no cycle comes of it.
  private mutating func join(_ node: Int, over space: Shape) {
    for input in graph.nodes[node].inputs {
      // What a reduction gives is complete only when its loop is over.
      guard let maker = makers[input], types[input]?.shape == space, !graph.nodes[maker].op.isReduction else {
        continue
      }
      let (candidate, own) = (partition.unitOf[maker], partition.unitOf[node])
      guard candidate != own, spaces[candidate] == space,
        partition.members[candidate].count + partition.members[own].count <= Self.limit,
        !readsReduction(own, of: candidate), !readsReduction(candidate, of: own),
        !partition.isReachable(candidate, from: own), !partition.isReachable(own, from: candidate)
      else { continue }
      partition.merge(own, into: candidate)
      spaces[own] = nil
    }
  }

  /// Whether `unit` reads a reduction of `other`, which is there only when its loop is over.
  private func readsReduction(_ unit: Int, of other: Int) -> Bool {
    partition.members[unit].contains { node in
      graph.nodes[node].inputs.contains { input in
        makers[input].map { partition.unitOf[$0] == other && graph.nodes[$0].op.isReduction } ?? false
      }
    }
  }
}
