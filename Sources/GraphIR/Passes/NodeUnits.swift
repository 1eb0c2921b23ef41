/// A partition of a graph's nodes into units that run as one. No unit may depend on itself through other units.
///
/// The caller of ``merge(_:into:)`` checks this with ``isReachable(_:from:)`` first.
package struct NodeUnits {
  /// The unit of each node, as an index of ``members``.
  package private(set) var unitOf: [Int]
  /// The nodes of each unit, in the graph's order; empty where a unit was merged into another.
  package private(set) var members: [[Int]]
  /// The nodes that a node reads from, and the nodes that read from it.
  private let (sources, readers): ([[Int]], [[Int]])
  /// The last node that each unit contains or depends on.
  private var horizons: [Int]

  /// Creates a unit of each node. The nodes must be in topological order.
  package init(_ nodes: [Node]) {
    var makers: [String: Int] = [:]
    var (sources, readers): ([[Int]], [[Int]]) = ([], Array(repeating: [], count: nodes.count))
    for (index, node) in nodes.enumerated() {
      sources.append(Set(node.inputs.compactMap { makers[$0] }).sorted())
      for source in sources[index] { readers[source].append(index) }
      for output in node.outputs where !output.isEmpty { makers[output] = index }
    }
    (self.sources, self.readers) = (sources, readers)
    unitOf = Array(nodes.indices)
    members = nodes.indices.map { [$0] }
    horizons = Array(nodes.indices)
  }

  /// Returns the units that a unit reads from.
  package func sources(of unit: Int) -> Set<Int> {
    Set(members[unit].flatMap { sources[$0] }.map { unitOf[$0] }).subtracting([unit])
  }

  /// Returns whether `target` depends on `start` through other units.
  package func isReachable(_ target: Int, from start: Int) -> Bool {
    let last = members[start].last ?? 0
    var seen: Set<Int> = [target, start]
    var rest = sources(of: target).subtracting([start])
    while let unit = rest.popFirst() {
      guard seen.insert(unit).inserted, horizons[unit] >= last else { continue }
      let sources = sources(of: unit)
      if sources.contains(start) { return true }
      rest.formUnion(sources)
    }
    return false
  }

  /// Returns whether one of two units depends on the other.
  package func areDependent(_ a: Int, _ b: Int) -> Bool {
    sources(of: a).contains(b) || sources(of: b).contains(a) || isReachable(a, from: b) || isReachable(b, from: a)
  }

  /// Merges two units.
  package mutating func merge(_ other: Int, into unit: Int) {
    for node in members[other] { unitOf[node] = unit }
    members[unit] = (members[unit] + members[other]).sorted()
    members[other] = []
    let horizon = max(horizons[unit], horizons[other])
    horizons[unit] = horizon
    var rest = [unit]
    while let next = rest.popLast() {
      for reader in members[next].flatMap({ readers[$0] }).map({ unitOf[$0] }) where horizons[reader] < horizon {
        horizons[reader] = horizon
        rest.append(reader)
      }
    }
  }

  /// Returns the nodes of the units in topological order, otherwise in the order of their last nodes.
  package func order() -> [[Int]] {
    var ordered: [[Int]] = []
    var done = Set<Int>()
    func last(_ unit: Int) -> Int { members[unit].last ?? 0 }
    var stack = Array(members.indices.filter { !members[$0].isEmpty }.sorted { last($0) < last($1) }.reversed())
    while let unit = stack.last {
      let missing = sources(of: unit).filter { !done.contains($0) }
      if missing.isEmpty {
        stack.removeLast()
        if done.insert(unit).inserted { ordered.append(members[unit]) }
      } else {
        stack += missing.sorted { last($0) > last($1) }
      }
    }
    return ordered
  }
}
