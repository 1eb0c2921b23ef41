import Foundation

/// Options of one call that trains.
public struct TrainingOptions: Sendable {
  /// The number of threads; nil for all processors, or on resume for the run's own number.
  public var threads: Int?
  /// The execution of programs; nil for plans, or on resume for the run's own.
  public var execution: Execution?
  /// Whether a run may continue here although its bits will differ.
  public var allowInexact: Bool
  /// The folder of the data set's files; nil for the default folders.
  public var data: URL?
  /// A flag that ends training with a checkpoint when it is raised.
  public var stop: StopFlag
  /// Called after every step, on the thread that trains.
  public var progress: @Sendable (TrainingProgress) -> Void
  /// Called with a note about a change that the user asked for, on the thread that trains.
  public var note: @Sendable (String) -> Void
  /// Called with a warning for the user, on the thread that trains.
  public var warn: @Sendable (String) -> Void

  /// Creates options; by default, training runs to its target without output.
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
