/// Runs, checkpoints and graphs that are, or were, deleted together.
public struct Deletion: Sendable, Hashable {
  /// A checkpoint of a run that stays.
  public struct Single: Sendable, Hashable {
    /// The checkpoint.
    public let checkpoint: Checkpoint
    /// Whether it is the run's best checkpoint by its evaluation.
    public let isBest: Bool
    /// The step from which the run then continues, if the checkpoint is its latest one; nil otherwise.
    public let newLatest: Int?
  }

  /// The runs, each with all of its checkpoints, metrics, events and pictures.
  public let runs: [Run]
  /// The number of checkpoints of those runs.
  public let checkpointCount: Int
  /// The checkpoints of other runs.
  public let checkpoints: [Single]
  /// The graphs with names of their own.
  public let graphs: [NamedGraphEntry]
  /// The bytes of the tensors that only they use.
  public let byteCount: Int
}
