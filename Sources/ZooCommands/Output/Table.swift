/// Columns of text, as wide as their widest cell. On a terminal, lines are cut off at its width.
struct Table {
  /// One column.
  struct Column {
    let title: String
    var isNumeric = false
  }

  /// The most characters of a cell. A name in a store can have any length.
  private static let longestCell = 400

  let columns: [Column]
  private var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func add(_ row: [String]) {
    precondition(row.count == columns.count, "\(row.count) cells for \(columns.count) columns")
    rows.append(row.map { $0.fitted(to: Self.longestCell) })
  }

  /// The lines: two spaces between columns, no trailing spaces.
  var lines: [String] {
    let all = [columns.map(\.title)] + rows
    let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      var line = columns.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return columns[column].isNumeric ? space + row[column] : row[column] + space
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  func printOut() {
    let width = Terminal.output.width
    lines.forEach { print($0.fitted(to: width)) }
  }
}
