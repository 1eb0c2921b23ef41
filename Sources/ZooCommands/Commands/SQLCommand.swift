import ZooKit
import ArgumentParser
import Foundation
import RunStore

/// `zoo sql`.
struct SQLCommand: StoreCommand {
  /// The form of the result.
  enum Form: String, CaseIterable, ExpressibleByArgument { case table, csv, json }

  static let configuration = CommandConfiguration(
    commandName: "sql", abstract: "Print the result of an SQL query, which can only read.",
    discussion: """
      The views are runs, settings, metrics, latest_metrics, events, checkpoints, tensors, pictures and operators; \
      \(ZooProgram.current.name) sql "PRAGMA table_info(runs)" lists the columns of one. In CSV and JSON, bytes are \
      hexadecimal digits.
      """)

  @Argument(help: ArgumentHelp("One SELECT statement of SQLite.", valueName: "query"))
  var query: String

  @Option(help: "table, csv or json.")
  var format = Form.table

  @OptionGroup var options: StoreOptions

  func run() throws {
    // The result is complete before it is printed: a slow reader of the output must not lock the file.
    let result = try options.existing().store.query(query)
    switch format {
    case .table: printTable(result)
    case .csv:
      print(CSV.line(result.columns.map(CSV.field)), terminator: "")
      for row in result.rows { print(CSV.line(row.map(\.csv)), terminator: "") }
    case .json: try printJSON(result)
    }
  }

  private func printTable(_ result: QueryResult) {
    var table = Table(
      result.columns.indices.map { column in
        Table.Column(
          title: result.columns[column].escapedLine, isNumeric: result.rows.allSatisfy { $0[column].isNumeric })
      })
    for row in result.rows { table.add(row.map(\.cell)) }
    table.printOut()
  }

  /// Prints an object for each row, as its columns are ordered.
  private func printJSON(_ result: QueryResult) throws {
    var seen: [String: Int] = [:]
    let keys = try result.columns.map { column in
      let count = seen[column, default: 0]
      seen[column] = count + 1
      return try Self.json(count == 0 ? column : "\(column):\(count)")
    }
    print("[", terminator: "")
    for (index, row) in result.rows.enumerated() {
      let entries = try zip(keys, row).map { "\($0): \(try Self.json($1))" }
      print(index == 0 ? "\n  {" : ",\n  {", entries.joined(separator: ", "), "}", separator: "", terminator: "")
    }
    print(result.rows.isEmpty ? "]" : "\n]")
  }

  private static func json(_ text: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(text), as: UTF8.self)
  }

  private static func json(_ value: QueryResult.Value) throws -> String {
    switch value {
    case .null: "null"
    case .integer(let number): "\(number)"
    // As all commands print numbers that JSON does not have.
    case .real(let number): number.isFinite ? "\(number)" : "\"\(number)\""
    case .text(let text): try json(text)
    case .blob(let data): "\"\(data.hexadecimal)\""
    }
  }
}

extension QueryResult.Value {
  /// The most bytes that a table shows.
  private static let mostBytes = 32

  fileprivate var isNumeric: Bool {
    switch self {
    case .null, .integer, .real: true
    case .text, .blob: false
    }
  }

  fileprivate var cell: String {
    switch self {
    case .null: "NULL"
    case .integer(let number): "\(number)"
    case .real(let number): "\(number)"
    case .text(let text): text.escapedLine
    case .blob(let data): data.count > Self.mostBytes ? "\(Format.count(data.count)) bytes" : data.hexadecimal
    }
  }

  fileprivate var csv: String {
    switch self {
    case .null: ""
    case .integer(let number): "\(number)"
    case .real(let number): CSV.field(number)
    case .text(let text): CSV.field(text)
    case .blob(let data): data.hexadecimal
    }
  }
}

extension Data {
  /// Two digits for each byte.
  fileprivate var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
