import RunStore

extension Deletion {
  /// A sentence part for each thing that goes.
  package var lines: [String] {
    let runs = self.runs.map { run in
      let name = run.name.map { " (\($0))" } ?? ""
      return "run \(run.id)\(name) of \(run.model), \(run.status.rawValue) at step \(Format.count(run.step))"
    }
    let checkpoints = self.checkpoints.map { single in
      let best = single.isBest ? ", the run's best one" : ""
      let latest =
        single.newLatest.map { ", the latest one: the run then continues from step \(Format.count($0))" } ?? ""
      return "checkpoint \(single.checkpoint.id)\(best)\(latest)"
    }
    let graphs = self.graphs.map { "graph \($0.name), \(Format.count($0.nodeCount, "node"))" }
    return runs + checkpoints + graphs
  }
}
