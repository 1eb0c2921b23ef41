import Foundation
import GRDB

/// A type of values in columns of a zoo's file.
protocol ColumnValue: DatabaseValueConvertible {
  /// The user's name for values of the type.
  static var kind: String { get }
}

extension Bool: ColumnValue { static var kind: String { "0 or 1" } }
extension Data: ColumnValue { static var kind: String { "bytes" } }
extension Digest: ColumnValue { static var kind: String { "32 bytes" } }
extension Double: ColumnValue { static var kind: String { "a number" } }
extension Int: ColumnValue { static var kind: String { "a whole number" } }
extension Int32: ColumnValue { static var kind: String { "a whole number of 32 bits" } }
extension Int64: ColumnValue { static var kind: String { "a whole number" } }
extension String: ColumnValue { static var kind: String { "text" } }

extension DatabaseValue {
  /// The value for a message.
  var excerpt: String {
    switch storage {
    case .null: "nothing"
    case .int64(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let text): "'\(text.excerpt())'"
    case .blob(let data): "\(data.count) bytes"
    }
  }
}
