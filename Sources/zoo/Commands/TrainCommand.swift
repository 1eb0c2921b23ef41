import ArgumentParser
import Foundation
import ModelZoo
import Store

/// `zoo train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Begin a run of a model and train it.",
    discussion: "Ctrl-C writes a checkpoint and ends; 'zoo resume RUN' goes on from there.")

  @Argument(help: "A model of 'zoo list models', or the path of a recipe (.yaml).")
  var model: String

  @Option(help: "How many steps; the recipe's number by default.")
  var steps: Int?

  @Option(help: "What all random numbers start from; a new one by default.")
  var seed: UInt64?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("A setting of the recipe to change.", valueName: "key=value"))
  var assignments: [String] = []

  @Option(help: "Steps between checkpoints; the recipe's number by default.")
  var checkpointEvery: Int?

  @Option(help: "A name for the run.")
  var name: String?

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let recipe = try Recipe.named(model).setting(assignments)
    recipe.warnings.forEach { Terminal.error.write("warning: \($0)\n") }
    let zoo = try ModelZoo(at: options.path)
    try trainAndReport(options: options, compute: compute, json: output.json) {
      try zoo.train(recipe, steps: steps, seed: seed, name: name, checkpointEvery: checkpointEvery, options: $0)
    }
  }
}

/// Trains with progress and signals, then says how the run stands.
func trainAndReport(
  options: StoreOptions, compute: ComputeOptions, allowInexact: Bool = false, json: Bool,
  _ train: (TrainingOptions) throws -> Run
) throws {
  let stop = StopFlag()
  let signals = Signals(raising: stop)
  let reporter = ProgressReporter()
  let run: Run
  do {
    run = try train(
      TrainingOptions(
        threads: compute.threads, execution: compute.execution, allowInexact: allowInexact, data: compute.dataFolder,
        stop: stop, progress: reporter.report, warn: reporter.warn))
  } catch {
    reporter.finish()
    throw error
  }
  reporter.finish()
  if json {
    try printJSON(RunRecord(run))
  } else {
    print("run \(run.id)  \(run.model)  step \(Format.count(run.step))  \(run.status.rawValue)")
    if run.status == .done {
      print("see it:    zoo show \(run.id)\(options.hint)")
    } else {
      print("go on:     zoo resume \(run.id)\(options.hint)")
    }
  }
  if run.status != .done, let code = signals.exitCode { throw code }
}
