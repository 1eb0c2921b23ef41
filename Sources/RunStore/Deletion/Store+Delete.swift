import Foundation
import GRDB

extension Store {
  /// Deletes a run with its checkpoints, metrics, events and pictures, and with the graphs and tensors that nothing
  /// else uses. Runs that were forked from it stay.
  ///
  /// - Parameters:
  ///   - run: the run's id.
  ///   - force: deletes a run even if a process on another machine may train it.
  /// - Throws: as ``delete(runs:checkpoints:graphs:force:)``.
  @discardableResult
  public func delete(run: String, force: Bool = false) throws -> Deletion {
    try delete(runs: [run], checkpoints: [], force: force)
  }

  /// Deletes one checkpoint. A run's only checkpoint can't be deleted.
  ///
  /// Without its latest checkpoint a run continues from the previous one. Metrics and pictures after that are deleted
  /// as well. The status of a run that was done becomes interrupted.
  ///
  /// - Parameters:
  ///   - checkpoint: the run's id and the step.
  ///   - force: deletes it even if a process on another machine may train the run.
  /// - Throws: as ``delete(runs:checkpoints:graphs:force:)``.
  @discardableResult
  public func deleteCheckpoint(_ checkpoint: CheckpointID, force: Bool = false) throws -> Deletion {
    try delete(runs: [], checkpoints: [checkpoint], force: force)
  }

  /// Deletes runs, checkpoints of other runs, and named graphs, in one transaction. Their space is returned to
  /// the file system.
  ///
  /// - Parameters:
  ///   - runs: the runs' ids.
  ///   - checkpoints: the ids of checkpoints of other runs.
  ///   - graphs: the names of graphs with names of their own.
  ///   - force: deletes runs even if processes on other machines may train them.
  /// - Returns: everything that was deleted.
  /// - Throws: ``StoreError`` if there is no such run, checkpoint or graph, a process trains a run, or a run would have
  ///   no checkpoint left. Nothing was deleted then.
  @discardableResult
  public func delete(
    runs: [String], checkpoints: [CheckpointID], graphs: [String] = [], force: Bool = false
  ) throws -> Deletion {
    let deletion = try write { db in
      let table = DeletionTable(db: db)
      let deletion = try table.deletion(runs: runs, checkpoints: checkpoints, graphs: graphs, force: force)
      try table.delete(deletion)
      return deletion
    }
    // A lock of another connection only leaves the file larger.
    do { while try reclaimSpace(keeping: 0) >= Self.reclaimedPages {} } catch let error as StoreError
      where error.code == .busy
    {}
    return deletion
  }

  /// Everything that ``delete(runs:checkpoints:graphs:force:)`` would delete.
  ///
  /// - Throws: as ``delete(runs:checkpoints:graphs:force:)``.
  public func deletion(
    runs: [String], checkpoints: [CheckpointID], graphs: [String] = [], force: Bool = false
  ) throws -> Deletion {
    try read {
      try DeletionTable(db: $0).deletion(runs: runs, checkpoints: checkpoints, graphs: graphs, force: force)
    }
  }
}
