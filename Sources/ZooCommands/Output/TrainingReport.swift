import ArgumentParser
import Foundation
import ZooKit
import RunStore

/// Trains with progress and signals, and says how the run stands afterwards.
struct TrainingReport {
  let options: StoreOptions
  let compute: ComputeOptions
  let isJSON: Bool

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
          data: compute.dataFolder, stop: stop, progress: reporter.report, warn: reporter.warn))
    } catch {
      reporter.finish()
      throw error
    }
    reporter.finish()
    try show(run)
    if run.status != .done, let code = Signals.exitCode { throw code }
  }

  /// Says how a run stands, and which command is next.
  func show(_ run: Run) throws {
    guard !isJSON else { return try printJSON(RunRecord(run)) }
    let target = run.status == .done ? "" : run.targetStep.map { " of \(Format.count($0))" } ?? ""
    print("run \(run.id)  \(run.model)  step \(Format.count(run.step))\(target)  \(run.status.rawValue)")
    if run.status == .done {
      print("see it:    zoo show \(run.id)\(options.hint)")
    } else {
      print("continue:  zoo resume \(run.id)\(options.hint)")
    }
  }
}
