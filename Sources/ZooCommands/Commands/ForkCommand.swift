import ArgumentParser
import Foundation
import ZooKit

/// `zoo fork`.
struct ForkCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "fork", abstract: "Start a run from a checkpoint of another run, which stays as it is.",
    discussion: "The new run has the checkpoint's state; '\(ZooProgram.current.name) resume' trains it.")

  @Argument(help: "RUN, RUN@STEP, RUN@latest or RUN@best.")
  var reference: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("A setting that differs from the other run's.", valueName: "key=value"))
  var assignments: [String] = []

  @Option(
    name: .customLong("name"), parsing: .singleValue,
    help: "A name for the run. Another run's name is refused, unless the option is given twice.")
  var names: [String] = []

  @Option(help: "The step at which the run is done; the other run's target by default.")
  var until: Int?

  @Option(name: .long, help: "The folder of the data set's files.", completion: .directory)
  var data: String?

  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard Set(names).count <= 1, names.count <= 2 else {
      throw ValidationError(
        "--name: expected one name, twice to share it with another run; found \(names.count) options.")
    }
  }

  func run() throws {
    let zoo = try options.existing(toWrite: true)
    var training = TrainingOptions()
    training.data = data.map { URL(filePath: $0, directoryHint: .isDirectory) }
    let run = try zoo.fork(
      reference, setting: assignments, name: names.first, sharesName: names.count > 1, until: until, options: training)
    guard !output.json else { return try printJSON(RunRecord(run)) }
    print(
      "run \(run.id)  \(run.model.escapedLine)  step \(Format.count(run.step))  "
        + "forked from \(run.parent?.description ?? "")")
    let goal = run.status == .done ? " --until N" : ""
    print("continue:  \(ZooProgram.current.name) resume \(run.id)\(goal)\(options.hint)")
  }
}
