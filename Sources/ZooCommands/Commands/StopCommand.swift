import ArgumentParser
import Foundation
import RunStore
import ZooKit

/// `zoo stop`.
struct StopCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "End the training of runs in other processes with a checkpoint each.",
    discussion: "Sends SIGTERM to the processes of this machine, and waits for their checkpoints.")

  @Argument(help: ArgumentHelp("The runs.", valueName: "run"))
  var references: [String]

  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let store = try options.existing().store
    let runs = try references.map { try options.run($0, in: store).id }
    let processes = try runs.map(store.stop)
    for process in processes {
      while process.liveness == .alive { Thread.sleep(forTimeInterval: 0.05) }
    }
    let stopped = try runs.map(store.run)
    guard !output.json else { return try printJSON(stopped.map(RunRecord.init)) }
    for run in stopped { print("run \(run.id)  step \(Format.count(run.step))  \(run.status.rawValue)") }
  }
}
