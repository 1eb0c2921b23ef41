/// Something with state that checkpoints keep: an optimiser's counter, a random stream, a shuffle, a replay buffer, a
/// trainer.
///
/// Conform to ``CheckpointedParts`` if the state is that of stored properties, which is the usual case.
public protocol Checkpointed {
  /// Adds the state to a checkpoint.
  ///
  /// - Parameters:
  ///   - state: the checkpoint.
  ///   - name: the name of this part, which is empty for the root. Its tensors, streams and counters have this name, or
  ///     names that ``StateName/join(_:_:)`` puts below it.
  /// - Throws: the reason why the state can't be read, such as an environment's process that has died.
  func save(to state: inout TrainingState, as name: String) throws

  /// Replaces the state by that of a checkpoint.
  ///
  /// - Parameters:
  ///   - state: the checkpoint.
  ///   - name: the name that ``save(to:as:)`` had.
  /// - Throws: ``CheckpointError`` if something is missing or does not fit.
  mutating func restore(from state: TrainingState, as name: String) throws
}

/// Names of the parts of a state.
public enum StateName {
  /// `name/part`, or the one that is not empty.
  public static func join(_ name: String, _ part: String) -> String {
    name.isEmpty ? part : part.isEmpty ? name : "\(name)/\(part)"
  }
}
