import Store

extension ModelZoo {
  /// Why a run that goes on here may get other bits than where it began; empty where it gets the same.
  ///
  /// - Parameters:
  ///   - reference: the run: its id, the beginning of one, or its name.
  ///   - threads: the threads to go on with; nil for the run's own number.
  /// - Throws: ``StoreError`` where there is no such run.
  public func inexactness(of reference: String, threads: Int? = nil) throws -> [String] {
    let run = try store.resolve(reference).run
    var reasons: [String] = []
    if run.machine != MachineClass.current {
      reasons.append("it began on a machine of class \(run.machine), this one is \(MachineClass.current)")
    }
    if let threads, threads != run.threads {
      reasons.append("it began with \(run.threads) threads, now there are \(threads)")
    }
    return reasons
  }
}
