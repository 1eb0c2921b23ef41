import FileOutput
import Foundation
import RunStore

extension ModelZoo {
  /// The number and the name of the experiment that MLflow shows.
  private static let (experiment, experimentName) = ("122111111", "zoo")

  /// Writes a run into a file store of MLflow: metrics, settings as parameters, tags, card, recipe and pictures.
  ///
  /// All runs in one folder are of the experiment `zoo`. Writing a run again replaces its files.
  ///
  /// - Parameters:
  ///   - logged: the run.
  ///   - folder: the path of the folder, MLflow's tracking URI; it is created if it is missing.
  /// - Throws: ``ModelZooError`` if the folder can't be written to.
  public func writeMLflow(_ logged: LoggedRun, to folder: String) throws -> LogSummary {
    let experiment = URL(filePath: folder).appending(path: Self.experiment)
    do {
      let description = experiment.appending(path: "meta.yaml")
      if !FileManager.default.fileExists(atPath: description.path) {
        let now = "\(Date().mlflow)"
        try Self.write(
          Self.yaml([
            ("artifact_location", Self.quoted(experiment.absoluteString)), ("creation_time", now),
            ("experiment_id", Self.quoted(Self.experiment)), ("last_update_time", now),
            ("lifecycle_stage", "active"), ("name", Self.quoted(Self.experimentName)),
          ]), to: description)
      }
      return try write(logged, in: experiment)
    } catch let error where !(error is StoreError) {
      throw ModelZooError(
        .invalidArgument, "the log '\(folder)' can't be written; name another folder", cause: error)
    }
  }

  private func write(_ logged: LoggedRun, in experiment: URL) throws -> LogSummary {
    let run = logged.run
    // An id is seven or more hexadecimal digits, which a foreign store need not respect.
    var (ids, metrics, parameters) = (MLflowNames(), MLflowNames(), MLflowNames())
    let folder = experiment.appending(path: ids.name(for: run.id))
    let count = try writeMetrics(logged, in: folder.appending(path: "metrics"), &metrics)
    try writeParameters(run, in: folder.appending(path: "params"), &parameters)
    let renamed = metrics.renamed.merging(parameters.renamed) { first, _ in first }
    let pictures = try writeArtifacts(logged, in: folder.appending(path: "artifacts"))
    var tags = [
      "mlflow.runName": run.name ?? "\(run.model) \(run.id)", "mlflow.source.name": run.model,
      "mlflow.source.type": "LOCAL", "mlflow.note.content": String(try logged.card().prefix(8000)), "zoo.run": run.id,
      "zoo.machine": run.machine,
    ]
    tags["zoo.parent"] = run.parent?.description
    tags["zoo.renamed"] =
      renamed.isEmpty
      ? nil : renamed.sorted { $0.key < $1.key }.map { "\($0.value): \($0.key)" }.joined(separator: "\n")
    for (name, value) in tags { try Self.write(value, to: folder.appending(path: "tags").appending(path: name)) }
    // Last: without this file, MLflow does not see the run.
    try Self.write(Self.description(run, in: folder), to: folder.appending(path: "meta.yaml"))
    return LogSummary(folder: folder.path, metrics: count, pictures: pictures, histograms: 0, renamed: renamed)
  }

  /// Writes a file for each metric, with a line `MILLISECONDS VALUE STEP` for each value.
  private func writeMetrics(_ logged: LoggedRun, in folder: URL, _ names: inout MLflowNames) throws -> Int {
    let curves = Dictionary(grouping: try logged.rows(), by: \.name)
    // A folder without metrics must be there, too.
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, rows) in curves.sorted(by: { $0.key < $1.key }) {
      let lines = rows.map { "\($0.time.mlflow) \($0.value) \($0.step)\n" }.joined()
      try Self.write(lines, to: folder.appending(path: names.name(for: name)))
    }
    return curves.values.reduce(0) { $0 + $1.count }
  }

  private func writeParameters(_ run: Run, in folder: URL, _ names: inout MLflowNames) throws {
    let facts = [("model", run.model), ("algorithm", run.algorithm), ("seed", "\(run.seed)")]
    let settings = try store.settings(of: run.id).filter { $0.key != "algorithm" }.map { ($0.key, $0.value.text) }
    for (name, value) in facts + settings {
      // The longest value that MLflow takes.
      try Self.write(
        String(value.singleLine.prefix(6000)), to: folder.appending(path: names.name(for: name)))
    }
  }

  private func writeArtifacts(_ logged: LoggedRun, in folder: URL) throws -> Int {
    try Self.write(logged.card(), to: folder.appending(path: "card.md"))
    try Self.write(store.recipe(of: logged.run.id), to: folder.appending(path: "recipe.yaml"))
    let pictures = try logged.pictures()
    var names = MLflowNames()
    for entry in pictures {
      guard let png = try store.picture(entry.name, at: entry.step, of: logged.run.id) else { continue }
      // Names in the order of steps.
      let digits = String(String(1_000_000_000_000 + entry.step).dropFirst())
      let file = folder.appending(path: "pictures").appending(path: names.name(for: "\(entry.name)-\(digits).png"))
      try Self.write(png, to: file)
    }
    return pictures.count
  }

  private static func description(_ run: Run, in folder: URL) -> String {
    // The numbers of MLflow's states.
    let status =
      switch run.status {
      case .running: 1
      case .done: 3
      case .failed: 4
      case .interrupted: 5
      }
    return yaml([
      ("artifact_uri", quoted(folder.appending(path: "artifacts").absoluteString)),
      ("end_time", run.status == .running ? "null" : "\(run.updated.mlflow)"), ("entry_point_name", "''"),
      ("experiment_id", quoted(experiment)), ("lifecycle_stage", "active"),
      ("run_id", quoted(folder.lastPathComponent)),
      ("run_name", quoted(run.name ?? "\(run.model) \(run.id)")), ("source_name", "''"), ("source_type", "4"),
      ("source_version", "''"), ("start_time", "\(run.created.mlflow)"), ("status", "\(status)"), ("tags", "[]"),
      ("user_id", "''"),
    ])
  }

  private static func yaml(_ entries: [(String, String)]) -> String {
    entries.map { "\($0): \($1)\n" }.joined()
  }

  /// A text as a scalar of YAML in double quotes, in ASCII.
  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": return "\\\(scalar)"
      case " "..."~": return String(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return "\"\(escaped.joined())\""
  }

  private static func write(_ text: String, to file: URL) throws { try write(Data(text.utf8), to: file) }

  /// Writes a file, and the folder that it is in if that is missing.
  private static func write(_ data: Data, to file: URL) throws {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try OutputFile(file).write(data)
  }
}

extension Date {
  /// Milliseconds since 1970.
  fileprivate var mlflow: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }
}

extension QueryResult.Value {
  fileprivate var text: String {
    switch self {
    case .null: "none"
    case .integer(let number): "\(number)"
    case .real(let number): "\(number)"
    case .text(let text): text
    case .blob(let data): "\(data.count) bytes"
    }
  }
}
