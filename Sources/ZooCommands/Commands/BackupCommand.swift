import ArgumentParser
import ZooKit

/// `zoo backup`.
struct BackupCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy the file with the runs, also while runs train.",
    discussion: "A copy by 'cp' can be inconsistent. In the copy, no run counts as being trained.")

  @Argument(help: "The file to create; it must not exist.", completion: .file())
  var file: String

  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard file != "-" else {
      throw ValidationError("'-': expected a file, found standard output; './-' is a file of that name.")
    }
  }

  private struct Record: Encodable {
    let file: String
    let bytes: Int
  }

  func run() throws {
    let bytes = try options.existing().store.backup(to: file)
    if output.json {
      try printJSON(Record(file: file, bytes: bytes))
    } else {
      print("\(file.escapedLine)  \(Format.bytes(bytes)), a copy of \(options.path.escapedLine)")
    }
  }
}
