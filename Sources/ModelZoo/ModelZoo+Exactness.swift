import Store

extension ModelZoo {
  /// Why a run that goes on here with these options may get other bits than where it began; empty where it gets the same.
  ///
  /// - Parameter reference: the run: its id, the beginning of one, or its name.
  /// - Throws: ``StoreError`` where there is no such run.
  public func inexactness(of reference: String, _ options: TrainingOptions) throws -> [String] {
    inexactness(of: try store.resolve(reference).run, options)
  }

  /// Why a run that goes on here with these options may get other bits than where it began; empty where it gets the same.
  func inexactness(of run: Run, _ options: TrainingOptions) -> [String] {
    var reasons: [String] = []
    if run.machine != MachineClass.current {
      reasons.append("it began on a machine of class \(run.machine), this one is \(MachineClass.current)")
    }
    if let threads = options.threads, threads != run.threads {
      reasons.append("it began with \(run.threads) threads, now there are \(threads)")
    }
    if let execution = options.execution, execution.rawValue != run.backend {
      reasons.append("it was computed by '\(run.backend)', now by '\(execution.rawValue)'")
    }
    return reasons
  }
}
