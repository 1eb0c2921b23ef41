import Foundation

/// The rows of a query, in SQLite's types.
public struct QueryResult: Hashable, Sendable {
  /// A value of a row.
  public enum Value: Hashable, Sendable {
    /// NULL. It also stands for NaN, which SQLite does not have.
    case null
    /// A whole number.
    case integer(Int64)
    /// A floating-point number, which may be infinite.
    case real(Double)
    /// A text. Bytes that are not UTF-8 are replaced.
    case text(String)
    /// Bytes.
    case blob(Data)
  }

  /// The names of the columns; several may have the same name.
  public let columns: [String]
  /// The rows, each with a value for each column.
  public let rows: [[Value]]
}
