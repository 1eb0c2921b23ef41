import ArgumentParser
import ZooKit

/// `zoo resume`.
struct ResumeCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Continue a run from its last checkpoint, bit for bit.",
    discussion: "Needs the file with the run, and the data set, by default from its earlier folder; not the recipe.")

  @Argument(help: ArgumentHelp("The run: its id, the beginning of one, or its name.", valueName: "run"))
  var reference: String

  @Option(help: "The number of further steps, at most those that are left to the run's target; by default all.")
  var steps: Int?

  @Option(help: "The step to reach, which becomes the run's target; schedules then end there.")
  var until: Int?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "A setting to change from here on: the learning rate, the penalty's weight, batch, evaluation.every, "
        + "checkpoint.every. total_steps=N means --until N.", valueName: "key=value"))
  var assignments: [String] = []

  @Option(help: "The step of the checkpoint to continue from.")
  var from: Int?

  @Flag(help: "Delete the checkpoints and metrics after the checkpoint to continue from.")
  var discardLater = false

  @Flag(help: "Take the run over from a process on another machine, which may be alive.")
  var force = false

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  private static let totalSteps = "total_steps="

  func validate() throws {
    let totals = assignments.filter { $0.hasPrefix(Self.totalSteps) }
    guard [steps != nil, until != nil].count(where: { $0 }) + totals.count <= 1 else {
      throw ValidationError("--steps, --until and --set total_steps exclude each other.")
    }
    _ = try total()
  }

  /// The number of steps that `--set total_steps=N` names.
  private func total() throws -> Int? {
    guard let assignment = assignments.first(where: { $0.hasPrefix(Self.totalSteps) }) else { return nil }
    guard let steps = Int(assignment.dropFirst(Self.totalSteps.count).replacing("_", with: "")) else {
      throw ValidationError("--set \(assignment): expected a whole number, such as --set total_steps=20_000.")
    }
    return steps
  }

  func run() throws {
    let zoo = try options.existing(toWrite: true)
    let settings = assignments.filter { !$0.hasPrefix(Self.totalSteps) }
    let goal = try until ?? total()
    try TrainingReport(options: options, compute: compute, isJSON: output.json) {
      try zoo.resume(
        reference, steps: steps, until: goal, from: from, setting: settings, force: force,
        discardLater: discardLater, options: $0)
    }
  }
}
