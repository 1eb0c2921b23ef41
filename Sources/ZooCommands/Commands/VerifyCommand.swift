import ArgumentParser
import ZooKit

/// `zoo verify`.
struct VerifyCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Hash every stored tensor again and check every graph.")

  @Argument(help: ArgumentHelp("One run only.", valueName: "run"))
  var reference: String?

  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  private struct Record: Encodable {
    let sound: Bool
    let tensors, bytes, checkpoints, graphs: Int
    let problems: [String]
  }

  func run() throws {
    let store = try options.existing().store
    let report = try store.verify(run: reference.map { try store.resolve($0).run.id })
    if output.json {
      try printJSON(
        Record(
          sound: report.isSound, tensors: report.tensorCount, bytes: report.byteCount,
          checkpoints: report.checkpointCount, graphs: report.graphCount,
          problems: report.problems.map(\.description)))
    } else {
      report.problems.forEach { print("damaged: \("\($0)".escapedLine)") }
      print(
        """
        \(Format.count(report.tensorCount)) tensors (\(Format.bytes(report.byteCount))), \
        \(Format.count(report.checkpointCount)) checkpoints and \
        \(Format.count(report.graphCount)) graphs checked: \
        \(report.isSound ? "sound" : "\(report.problems.count) problems")
        """)
    }
    if !report.isSound { throw ExitCode.failure }
  }
}
