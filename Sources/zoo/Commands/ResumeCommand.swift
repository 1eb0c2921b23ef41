import ArgumentParser
import ModelZoo

/// `zoo resume`.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Go on with a run where its last checkpoint left off, bit for bit.",
    discussion: "Needs the run's file and its data set; not the recipe.")

  @Argument(help: ArgumentHelp("The run: its id, the beginning of one, or its name.", valueName: "run"))
  var reference: String

  @Option(help: "How many more steps, up to the run's new target; what is left to its target by default.")
  var steps: Int?

  @Option(help: "The step to reach, which becomes the run's target.")
  var until: Int?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("total_steps=N is another word for --until N.", valueName: "key=value"))
  var assignment: String?

  @Option(help: "The step of the checkpoint to go on from. Later checkpoints and metrics are deleted.")
  var from: Int?

  @Flag(help: "Take the run over from a process on another machine that can't be seen to be dead.")
  var force = false

  @Flag(help: "Go on where other bits come out than where the run began: another class of machine, other threads.")
  var allowInexact = false

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    let goals = [steps != nil, until != nil, assignment != nil].count { $0 }
    guard goals <= 1 else { throw ValidationError("--steps, --until and --set total_steps exclude each other.") }
    _ = try totalSteps()
  }

  /// The number of steps that `--set total_steps=N` names. Everything else is as it was when the run began.
  private func totalSteps() throws -> Int? {
    guard let assignment else { return nil }
    let parts = assignment.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, parts[0] == "total_steps" else {
      throw ValidationError(
        "--set \(assignment): only the number of steps of a run can be changed: --set total_steps=20000.")
    }
    guard let steps = Int(parts[1].replacing("_", with: "")) else {
      throw ValidationError("--set \(assignment): expected a whole number, such as --set total_steps=20_000.")
    }
    return steps
  }

  func run() throws {
    let zoo = try options.existing(toWrite: true)
    try trainAndReport(options: options, compute: compute, allowInexact: allowInexact, json: output.json) {
      for reason in allowInexact ? try zoo.inexactness(of: reference, $0) : [] {
        Terminal.error.write("note: the run does not go on bit for bit: \(reason)\n")
      }
      return try zoo.resume(
        reference, steps: steps, until: until ?? totalSteps(), from: from, force: force, options: $0)
    }
  }
}
