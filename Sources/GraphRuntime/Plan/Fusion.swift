import CKernels
import GraphIR

/// Finds the calls of a graph that run as one loop: elementwise calls over one shape, and reductions of their results.
///
/// A unit is a convex set of nodes: no value leaves it, passes through another call and comes back.
struct Fusion {
  /// The nodes of each unit in the graph's order. The order of the units is valid for execution.
  private(set) var units: [[Int]] = []

  private let graph: Graph
  private let types: [String: TensorType]
  /// The node that computes each value.
  private var makers: [String: Int] = [:]
  private var partition: NodeUnits
  /// The shape of each unit's calls; nil for a unit that can't be extended.
  private var spaces: [Shape?] = []

  /// The maximal number of calls in a unit. With three operands each, all tensors fit into a loop.
  private static let limit = Int(ZKFusedMaxTensors) / 4

  /// Partitions a verified graph.
  ///
  /// - Parameters:
  ///   - graph: the graph.
  ///   - types: the types of all values, by name.
  ///   - space: the shape of a node in a fused loop; nil for a node that can't be in one.
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

  /// Merges a node with the units of its inputs, if the shapes are equal and no cycle results.
  private mutating func join(_ node: Int, over space: Shape) {
    for input in graph.nodes[node].inputs {
      // The result of a reduction is complete only after its loop.
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

  /// Whether `unit` reads a reduction of `other`. Its result is complete only after its loop.
  private func readsReduction(_ unit: Int, of other: Int) -> Bool {
    partition.members[unit].contains { node in
      graph.nodes[node].inputs.contains { input in
        makers[input].map { partition.unitOf[$0] == other && graph.nodes[$0].op.isReduction } ?? false
      }
    }
  }
}
