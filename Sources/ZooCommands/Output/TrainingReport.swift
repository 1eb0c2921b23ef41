import ArgumentParser
import Foundation
import ZooKit
import RunStore

/// Trains with progress and signals, and says how the run stands afterwards.
struct TrainingReport {
  let options: StoreOptions
  let compute: ComputeOptions
  let isJSON: Bool

  /// The longest wait of a training for the reader of its outputs.
  static let patience = Duration.seconds(1)

  /// The wait of the last outputs: as long as it takes, but the end that a signal asked for must come.
  static var patienceAfterSignal: Duration? { Signals.exitCode.map { _ in patience } }

  /// Calls `train` with options that show its progress and that signals end.
  func callAsFunction(_ train: (TrainingOptions) throws -> Run) throws {
    // A log that is closed, as by `zoo train … | head`, ends nothing.
    signal(SIGPIPE, SIG_IGN)
    let stop = StopFlag()
    Signals.raise(stop)
    let reporter = ProgressReporter()
    let run: Run
    do {
      run = try train(
        TrainingOptions(
          threads: compute.threads, execution: compute.execution, allowInexact: compute.allowInexact,
          data: compute.dataFolder, stop: stop, progress: reporter.report, note: { reporter.warn($0, as: "note") },
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

  /// Says how a run stands, and which command is next.
  func show(_ run: Run) throws {
    // A disk that is full under a log is no reason to call the training failed.
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
