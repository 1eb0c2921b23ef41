/// The meaning of `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
public struct Reference: Hashable, Sendable {
  /// The run.
  public let run: Run
  /// The checkpoint; nil if the reference names none.
  public let checkpoint: CheckpointSelector?
}
