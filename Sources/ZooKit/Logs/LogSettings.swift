import Foundation

/// The logs for other programs that a run writes while it trains.
public struct LogSettings: Sendable, Hashable, Codable {
  /// The absolute path of a folder, in which each run has a folder with event files of TensorBoard; nil for none.
  public var tensorboard: String?

  /// Settings; by default, no log is written.
  public init(tensorboard: String? = nil) { self.tensorboard = tensorboard }
}

extension LogSettings {
  private enum Key: String, CaseIterable { case tensorboard }

  /// Whether an assignment `KEY=VALUE` is one of a log.
  static func isAssigned(by assignment: String) -> Bool { assignment.prefix { $0 != "." && $0 != "=" } == "logs" }

  /// Reads the value of such an assignment, `{logs: {tensorboard: DIR}}`.
  mutating func read(assignment: RecipeValue) throws(RecipeError) {
    for entry in try assignment.entries(among: ["logs"]) { try read(entry.value) }
  }

  /// Reads `{tensorboard: DIR}`. A relative path starts at the recipe's folder, as those of other files do; without a
  /// recipe's folder at the current one. `none` ends a log.
  mutating func read(_ value: RecipeValue) throws(RecipeError) {
    guard let folder = try value.mapping(of: Key.self)[.tensorboard] else { return }
    let text = try folder.text()
    tensorboard =
      text == "none" ? nil : URL(filePath: text, relativeTo: value.context.folder).standardizedFileURL.path
  }
}
