import ArgumentParser
import Foundation
import ZooKit

/// `zoo log`.
struct LogCommand: StoreCommand {
  /// The form of a log: files of one of these formats.
  enum Form: String, CaseIterable, ExpressibleByArgument {
    case csv, json, tensorboard, mlflow

    /// Whether a log is a folder.
    var isFolder: Bool { [.tensorboard, .mlflow].contains(self) }
  }

  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Write the metrics of runs as CSV or JSON, or whole runs for TensorBoard or MLflow.",
    discussion: """
      CSV and JSON have a row for each value: run, name, step, time, value. A log for TensorBoard or MLflow also has \
      pictures and settings, that for TensorBoard networks and the distributions of weights. Each run has a folder of \
      its own in DIR; writing it again replaces its files. With RUN@STEP, a log ends at that checkpoint.
      """)

  @Argument(help: ArgumentHelp("RUN or RUN@STEP, one or more.", valueName: "run"))
  var references: [String]

  @Option(help: "csv, json, tensorboard or mlflow.")
  var format = Form.csv

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: "The file for csv and json, by default standard output; the folder for the others.", completion: .file())
  var target: String?

  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !references.isEmpty else { throw ValidationError("Name a run.") }
    guard !format.isFolder || target != nil else {
      throw ValidationError("--format \(format.rawValue) writes a folder; name it with -o DIR.")
    }
    guard !output.json || format.isFolder else { throw ValidationError("--json is for folders; use --format json.") }
  }

  func run() throws {
    let file = format.isFolder ? nil : try options.output(target ?? "-")
    let zoo = try options.existing()
    // All names are checked before the first log is written.
    let runs = try references.map { try zoo.loggedRun($0) }
    guard let file else { return try writeFolders(runs, zoo) }
    // The rows are complete before they are written: a slow reader of the output must not lock the file.
    let rows = try runs.map { try $0.rows() }
    try file.write { append in
      func put(_ text: String) throws { try Data(text.utf8).withUnsafeBytes { try append($0) } }
      if format == .json { try putJSON(runs, rows, put) } else { try putCSV(runs, rows, put) }
    }
    guard !file.isStandardOutput else { return }
    let count = rows.reduce(0) { $0 + $1.count }
    print("\(file.path.escapedLine)  \(Format.count(count, "value")) of \(Format.count(runs.count, "run"))")
  }

  private func putCSV(_ runs: [LoggedRun], _ rows: [[LoggedRun.Row]], _ put: (String) throws -> Void) throws {
    try put(LoggedRun.csvHeader)
    for (run, rows) in zip(runs, rows) {
      for row in rows { try put(run.csv(row)) }
    }
  }

  private struct Record: Encodable {
    let run, name: String
    let step: Int
    let time: String
    let value: Double
  }

  /// Puts a list with a line for each row.
  private func putJSON(_ runs: [LoggedRun], _ rows: [[LoggedRun.Row]], _ put: (String) throws -> Void) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    var separator = "["
    for (run, rows) in zip(runs, rows) {
      for row in rows {
        let record = Record(
          run: run.run.id, name: row.name, step: row.step, time: row.time.formatted(LoggedRun.timeFormat),
          value: row.value)
        try put(separator + "\n  " + String(decoding: encoder.encode(record), as: UTF8.self))
        separator = ","
      }
    }
    try put(separator == "[" ? "[]\n" : "\n]\n")
  }

  private func writeFolders(_ runs: [LoggedRun], _ zoo: ModelZoo) throws {
    let folder = target ?? ""
    let summaries = try runs.map { run in
      try format == .mlflow ? zoo.writeMLflow(run, to: folder) : zoo.writeTensorBoard(run, to: folder)
    }
    guard !output.json else { return try printJSON(summaries) }
    for summary in summaries {
      let histograms = format == .tensorboard ? ", \(Format.count(summary.histograms, "histogram"))" : ""
      print(
        """
        \(summary.folder.escapedLine)  \(Format.count(summary.metrics, "value")), \
        \(Format.count(summary.pictures, "picture"))\(histograms)
        """)
      for (name, other) in summary.renamed.sorted(by: { $0.key < $1.key }) {
        print("  '\(name.escapedLine)' is called '\(other)' there")
      }
    }
    if format == .tensorboard { print("see it:    tensorboard --logdir \(folder.word)") }
  }
}
