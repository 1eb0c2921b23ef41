/// Columns of text, as wide as their widest cell. On a terminal, lines are cut off at its width.
public struct Table {
  /// One column.
  public struct Column: Sendable {
    /// The title.
    public let title: String
    /// Whether cells are aligned to the right.
    public let isNumeric: Bool

    /// A column.
    ///
    /// - Parameters:
    ///   - title: the title.
    ///   - isNumeric: whether cells are aligned to the right; by default not.
    public init(title: String, isNumeric: Bool = false) {
      self.title = title
      self.isNumeric = isNumeric
    }
  }

  /// The most characters of a cell. A name in a store can have any length.
  private static let longestCell = 400

  /// The columns.
  public let columns: [Column]
  private var rows: [[String]] = []

  /// A table without rows.
  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row, which has a cell for each column.
  public mutating func add(_ row: [String]) {
    precondition(row.count == columns.count, "\(row.count) cells for \(columns.count) columns")
    rows.append(row.map { $0.fitted(to: Self.longestCell) })
  }

  /// The lines: two spaces between columns, no trailing spaces.
  public var lines: [String] {
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

  /// Prints the lines.
  public func printOut() {
    let width = Terminal.output.width
    lines.forEach { print($0.fitted(to: width)) }
  }
}
