import Yams

extension RecipeError {
  /// Creates an error from Yams' error about `text`, in one line and with its location.
  init(_ error: any Error, in text: String, source: String) {
    var place = (line: 1, column: 1)
    let message: String
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _):
      place = (mark.line, mark.column)
      let isTab = Self.scalar(in: text, at: mark) == "\t"
      message = isTab ? "found a tab; YAML indents with spaces" : problem + Self.around(context)
    case .parser(let context, let problem, let mark, _), .composer(let context, let problem, let mark, _):
      place = (mark.line, mark.column)
      message = problem + Self.around(context)
    case .reader(let problem, let offset, let value, _):
      let lines = text.prefix(offset ?? 0).unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      place = (lines.count, (lines.last?.count ?? 0) + 1)
      message = "\(problem): U+\(String(value, radix: 16, uppercase: true))"
    case .duplicatedKeysInMapping(let keys, let context):
      place = (context.mark.line, context.mark.column)
      message = "key '\(keys[0])' stands twice in one mapping; keep one"
    default:
      message = "\(error)"
    }
    let location = RecipeLocation(source: source, line: place.line, column: place.column)
    self.init(code: .syntax, at: location, message: message)
  }

  private static func around(_ context: YamlError.Context?) -> String {
    context.map { " (\($0.text) that begins in line \($0.mark.line))" } ?? ""
  }

  private static func scalar(in text: String, at mark: Mark) -> Unicode.Scalar? {
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(mark.line - 1) else { return nil }
    return lines[mark.line - 1].dropFirst(mark.column - 1).first
  }
}
