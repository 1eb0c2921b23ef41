import ArgumentParser
import Foundation
import ZooKit
import RunStore

/// Trains with progress and signals, and prints the run's state afterwards.
struct TrainingReport {
  let options: StoreOptions
  let compute: ComputeOptions
  let isJSON: Bool

  /// The longest wait of training for a reader of its output.
  static let patience = Duration.seconds(1)

  /// The longest wait for the last outputs: no limit, but ``patience`` if a signal asked for the end.
  static var patienceAfterSignal: Duration? { Signals.exitCode.map { _ in patience } }

  /// Calls `train` with options that show progress and let signals end training.
  func callAsFunction(_ train: (TrainingOptions) throws -> Run) throws {
    // A closed log, as after `zoo train … | head`, must not end training.
    signal(SIGPIPE, SIG_IGN)
    let stop = StopFlag()
    Signals.raise(stop)
    let reporter = ProgressReporter()
    let run: Run
    do {
      run = try train(
        try TrainingOptions(
          threads: compute.threads, execution: compute.execution, allowInexact: compute.allowInexact,
          data: compute.dataPlace, stop: stop, progress: reporter.report, note: { reporter.warn($0, as: "note") },
          warn: { reporter.warn($0) }))
    } catch {
      Signals.raise(nil)
      reporter.finish()
      throw error
    }
    Signals.raise(nil)
    reporter.finish()
    try show(run)
    if run.status != .done, let code = Signals.exitCode { throw code }
  }

  /// Prints the state of a run and the next command.
  func show(_ run: Run) throws {
    // A full disk under a log does not make the training a failure.
    Terminal.output.write(try text(of: run) + "\n", within: Self.patienceAfterSignal)
  }

  private func text(of run: Run) throws -> String {
    guard !isJSON else { return try jsonText(RunRecord(run)) }
    let target = run.status == .done ? "" : run.targetStep.map { " of \(Format.count($0))" } ?? ""
    let next =
      run.status == .done
      ? "see it:    \(ZooProgram.current.name) show" : "continue:  \(ZooProgram.current.name) resume"
    return """
      run \(run.id)  \(run.model.escapedLine)  step \(Format.count(run.step))\(target)  \(run.status.rawValue)
      \(next) \(run.id)\(options.hint)
      """
  }
}
