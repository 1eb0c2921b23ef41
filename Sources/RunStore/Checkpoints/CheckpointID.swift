/// A run and a step of it.
public struct CheckpointID: Hashable, Sendable, CustomStringConvertible {
  /// The run's id.
  public var run: String
  /// The step.
  public var step: Int

  /// A checkpoint of a run.
  public init(run: String, step: Int) {
    self.run = run
    self.step = step
  }

  /// For example `3f9a2c1@400`.
  public var description: String { "\(run)@\(step)" }
}
