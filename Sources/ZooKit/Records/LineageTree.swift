import RunStore

/// The runs that were forked from one another, as a tree of lines.
package struct LineageTree {
  private let runs: [String: Run]
  private let forks: [String: [Run]]

  /// - Parameter runs: all runs of a store.
  package init(_ runs: [Run]) {
    self.runs = Dictionary(runs.map { ($0.id, $0) }) { first, _ in first }
    forks = Dictionary(grouping: runs.filter { $0.parent != nil }) { $0.parent?.run ?? "" }
      .mapValues { $0.sorted { ($0.created, $0.id) < ($1.created, $1.id) } }
  }

  /// The tree of a run: its oldest ancestor, and all runs that descend from that one.
  ///
  /// - Returns: a line for each run, with the branches before it; no lines for a run without relatives.
  package func lines(of run: Run) -> [(branch: String, run: Run)] {
    var (root, seen) = (run, Set([run.id]))
    // A damaged file may contain a cycle.
    while let parent = root.parent.flatMap({ runs[$0.run] }), seen.insert(parent.id).inserted { root = parent }
    guard root.id != run.id || forks[run.id] != nil else { return [] }

    var lines: [(branch: String, run: Run)] = []
    var (pending, listed) = ([(run: root, first: "", rest: "")], Set<String>())
    while let (next, first, rest) = pending.popLast() {
      guard listed.insert(next.id).inserted else { continue }
      lines.append((first, next))
      let children = forks[next.id] ?? []
      for (index, child) in children.enumerated().reversed() {
        let isLast = index == children.count - 1
        pending.append((child, rest + (isLast ? "└─ " : "├─ "), rest + (isLast ? "   " : "│  ")))
      }
    }
    return lines
  }
}
