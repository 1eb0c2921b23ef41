/// What `RUN`, `RUN@STEP` or `RUN@latest` stands for.
public struct Reference: Hashable, Sendable {
  /// The run.
  public let run: Run
  /// The checkpoint; nil where the reference names none.
  public let checkpoint: CheckpointSelector?
}
