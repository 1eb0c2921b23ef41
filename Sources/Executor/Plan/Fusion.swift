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
  /// The unit of each node, as an index of `members`.
  private var unitOf: [Int] = []
  private var members: [[Int]] = []
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
    for (index, node) in graph.nodes.enumerated() {
      let space = space(node)
      unitOf.append(members.count)
      members.append([index])
      spaces.append(space)
      if let space { join(index, over: space) }
      for output in node.outputs where !output.isEmpty { makers[output] = index }
    }
    units = order()
  }

  /// The units that `unit` reads from.
  private func sources(of unit: Int) -> Set<Int> {
    var sources: Set<Int> = []
    for node in members[unit] {
      for input in graph.nodes[node].inputs {
        if let maker = makers[input], unitOf[maker] != unit { sources.insert(unitOf[maker]) }
      }
    }
    return sources
  }

  /// Puts a node into the units that its inputs are from, where their shape is its own and no cycle comes of it.
  private mutating func join(_ node: Int, over space: Shape) {
    for input in graph.nodes[node].inputs {
      // What a reduction gives is complete only when its loop is over.
      guard let maker = makers[input], types[input]?.shape == space, !graph.nodes[maker].op.isReduction else {
        continue
      }
      let (candidate, own) = (unitOf[maker], unitOf[node])
      guard candidate != own, spaces[candidate] == space,
        members[candidate].count + members[own].count <= Self.limit,
        !readsReduction(own, of: candidate), !readsReduction(candidate, of: own),
        !isReachable(candidate, from: own), !isReachable(own, from: candidate)
      else { continue }
      for moved in members[own] { unitOf[moved] = candidate }
      members[candidate] = (members[candidate] + members[own]).sorted()
      members[own] = []
      spaces[own] = nil
    }
  }

  /// Whether `unit` reads a reduction of `other`, which is there only when its loop is over.
  private func readsReduction(_ unit: Int, of other: Int) -> Bool {
    members[unit].contains { node in
      graph.nodes[node].inputs.contains { input in
        makers[input].map { unitOf[$0] == other && graph.nodes[$0].op.isReduction } ?? false
      }
    }
  }

  /// Whether `target` needs `start` by a way through other units.
  private func isReachable(_ target: Int, from start: Int) -> Bool {
    let first = members[start][0]
    var seen: Set<Int> = [target, start]
    var rest = sources(of: target).filter { $0 != start }
    while let unit = rest.popFirst() {
      guard seen.insert(unit).inserted, (members[unit].last ?? 0) > first else { continue }
      let sources = sources(of: unit)
      if sources.contains(start) { return true }
      rest.formUnion(sources)
    }
    return false
  }

  /// The units so that each comes after those that it reads from, otherwise in the order of their last nodes.
  private func order() -> [[Int]] {
    var ordered: [[Int]] = []
    var done = Set<Int>()
    let pending = members.indices.filter { !members[$0].isEmpty }.sorted {
      (members[$0].last ?? 0) < (members[$1].last ?? 0)
    }
    var stack: [Int] = pending.reversed()
    while let unit = stack.last {
      let missing = sources(of: unit).filter { !done.contains($0) }
      if missing.isEmpty {
        stack.removeLast()
        if done.insert(unit).inserted { ordered.append(members[unit]) }
      } else {
        stack += missing.sorted { (members[$0].last ?? 0) > (members[$1].last ?? 0) }
      }
    }
    return ordered
  }
}
