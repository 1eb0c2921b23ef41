/// Names of metrics and parameters as MLflow takes them: each is a file of its file store.
///
/// MLflow accepts letters, digits, `_`, `-`, `.`, space, `:` and `/`. A slash would make a folder, and `a` and `a/b`
/// could not both exist, so it is replaced like all other characters.
struct MLflowNames {
  /// The bytes of the longest name.
  private static let longest = 200
  private static let plain = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.: ".unicodeScalars)

  /// The changed names, by their originals.
  private(set) var renamed: [String: String] = [:]
  private var taken: Set<String> = []

  /// The name to use in place of `name`, which no other one has. Each name is asked for once.
  mutating func name(for name: String) -> String {
    var text = String(name.unicodeScalars.map { Self.plain.contains($0) ? Character($0) : "_" }.prefix(Self.longest))
    // Names of folders, and hidden files.
    if text.isEmpty || text.hasPrefix(".") { text = "_" + text }
    var free = text
    var number = 2
    while taken.contains(free) {
      free = "\(text)_\(number)"
      number += 1
    }
    taken.insert(free)
    if free != name { renamed[name] = free }
    return free
  }
}
