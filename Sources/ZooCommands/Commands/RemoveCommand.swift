import ArgumentParser
import Foundation
import ZooKit
import RunStore

/// `zoo rm`.
struct RemoveCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Delete runs, single checkpoints of runs, or graphs.",
    discussion: """
      Deletes all of them, or none. Forks of a deleted run stay. Without its latest checkpoint, a run continues from \
      the previous one. The only checkpoint of a run can't be deleted.
      """)

  @Argument(
    help: ArgumentHelp(
      "RUN, or RUN@STEP, RUN@latest or RUN@best for a checkpoint, or the name of a graph.", valueName: "run"))
  var references: [String]

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @Flag(help: "Delete a run even where a process on another machine may train it.")
  var force = false

  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  private struct Record: Encodable {
    let runs: [String]
    let checkpoints: [String]
    let graphs: [String]
    let bytes: Int
  }

  func run() throws {
    let zoo = try options.existing(toWrite: true)
    let store = zoo.store
    var (runs, checkpoints, graphs): ([String], [CheckpointID], [String]) = ([], [], [])
    for reference in references {
      guard case .run(let resolved) = try zoo.find(reference) else {
        graphs.append(reference)
        continue
      }
      if let selector = resolved.checkpoint {
        checkpoints.append(try store.checkpoint(of: resolved.run.id, at: selector).id)
      } else {
        runs.append(resolved.run.id)
      }
    }
    let preview = try store.deletion(runs: runs, checkpoints: checkpoints, graphs: graphs, force: force)
    if !yes {
      guard isatty(STDIN_FILENO) == 1 else {
        throw ValidationError("Deleting can't be undone, and there is no terminal to ask; confirm with --yes.")
      }
      preview.lines.forEach { Terminal.error.write($0.escapedLine + "\n") }
      Terminal.error.write("delete \(summary(of: preview))? [y/N] ")
      guard ["y", "yes"].contains(readLine()?.lowercased()) else {
        Terminal.error.write("nothing was deleted\n")
        throw ExitCode.failure
      }
    }
    let deletion = try store.delete(runs: runs, checkpoints: checkpoints, graphs: graphs, force: force)
    if output.json {
      try printJSON(
        Record(
          runs: deletion.runs.map(\.id), checkpoints: deletion.checkpoints.map(\.checkpoint.id.description),
          graphs: deletion.graphs.map(\.name), bytes: deletion.byteCount))
    } else {
      deletion.lines.forEach { print("deleted \($0)".escapedLine) }
      print(summary(of: deletion))
    }
  }

  /// For example `1 run with 3 checkpoints, 2 single checkpoints: 1.2 MB`.
  private func summary(of deletion: Deletion) -> String {
    var parts: [String] = []
    if !deletion.runs.isEmpty {
      let checkpoints = Format.count(deletion.checkpointCount, "checkpoint")
      parts.append("\(Format.count(deletion.runs.count, "run")) with \(checkpoints)")
    }
    if !deletion.checkpoints.isEmpty { parts.append(Format.count(deletion.checkpoints.count, "single checkpoint")) }
    if !deletion.graphs.isEmpty { parts.append(Format.count(deletion.graphs.count, "graph")) }
    return "\(parts.joined(separator: ", ")): \(Format.bytes(deletion.byteCount))"
  }
}
