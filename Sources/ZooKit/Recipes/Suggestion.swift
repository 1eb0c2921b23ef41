/// Suggestions of names for a mistyped name.
enum Suggestion {
  /// Returns the names close to `word`, nearest first: at most max(2, letters / 3) letters differ, or one word is the
  /// beginning of the other.
  static func nearest(to word: String, among names: some Sequence<String>) -> [String] {
    // A longer word is not a typing mistake, and the time for the distance grows with its length.
    guard word.count <= 100 else { return [] }
    let limit = max(2, word.count / 3)
    return names.map { name in
      let isBeginning = word.count > 1 && (name.hasPrefix(word) || word.hasPrefix(name))
      return (name: name, distance: isBeginning ? 1 : distance(word.lowercased(), name.lowercased()))
    }
    .filter { $0.distance <= limit && $0.distance < $0.name.count }
    .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    .map(\.name)
  }

  /// A hint such as `did you mean 'batch'?`, or all names if none is close.
  static func hint(for word: String, among names: some Sequence<String>) -> String {
    nearest(to: word, among: names).first.map { "did you mean '\($0)'?" }
      ?? "known: \(names.sorted().joined(separator: ", "))"
  }

  /// The number of insertions, deletions, substitutions and swaps of neighbours between two words.
  ///
  /// Source: optimal string alignment, a restriction of Damerau's distance (doi:10.1145/363958.363994).
  static func distance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first), Array(second))
    var (beforeLast, last) = ([Int](), Array(0...b.count))
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
        row.append(best)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
