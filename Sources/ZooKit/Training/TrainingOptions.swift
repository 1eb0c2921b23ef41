import Foundation

/// What a caller can choose about one stretch of training.
public struct TrainingOptions: Sendable {
  /// Threads that operators run on; nil for all processors, or for those that the run began with.
  public var threads: Int?
  /// How programs are executed; nil for plans, or for how the run began.
  public var execution: Execution?
  /// Whether a run may go on where it can't get the bits that it would have got where it began.
  public var allowInexact: Bool
  /// The folder of the data set's files; nil for where they are by default.
  public var data: URL?
  /// Raised from outside to end training with a checkpoint.
  public var stop: StopFlag
  /// Called after every step, on the thread that trains.
  public var progress: @Sendable (TrainingProgress) -> Void
  /// Called with a sentence about a change that the user asked for, on the thread that trains.
  public var note: @Sendable (String) -> Void
  /// Called with a sentence that the user should read, on the thread that trains.
  public var warn: @Sendable (String) -> Void

  /// Options; by default training runs to its target in silence.
  public init(
    threads: Int? = nil, execution: Execution? = nil, allowInexact: Bool = false, data: URL? = nil,
    stop: StopFlag = StopFlag(), progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in },
    note: @escaping @Sendable (String) -> Void = { _ in }, warn: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.threads = threads
    self.execution = execution
    self.allowInexact = allowInexact
    self.data = data
    self.stop = stop
    self.progress = progress
    self.note = note
    self.warn = warn
  }
}
