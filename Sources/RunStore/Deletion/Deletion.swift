/// Runs and checkpoints that go, or that went, together.
public struct Deletion: Sendable, Hashable {
  /// A checkpoint of a run that stays.
  public struct Single: Sendable, Hashable {
    /// The checkpoint.
    public let checkpoint: Checkpoint
    /// Whether it is the run's best one by its evaluation.
    public let isBest: Bool
    /// The step that the run then continues from, where the checkpoint is its latest one; nil otherwise.
    public let newLatest: Int?
  }

  /// The runs, each with all of its checkpoints, metrics and events.
  public let runs: [Run]
  /// The number of checkpoints of those runs.
  public let checkpointCount: Int
  /// The checkpoints of other runs.
  public let checkpoints: [Single]
  /// The bytes of the tensors that nothing else uses.
  public let byteCount: Int
}
