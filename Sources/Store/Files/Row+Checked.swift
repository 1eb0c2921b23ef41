import Foundation
import GRDB
import GraphIR

/// Columns of a file that may come from anywhere: what is not of the expected type throws, where GRDB's subscript would trap.
extension Row {
  /// - Throws: ``StoreError`` where the column holds NULL or another type.
  func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
    let found: DatabaseValue = self[column]
    guard let value = Value.fromDatabaseValue(found) else {
      throw StoreError(.corrupt, "column '\(column)' holds \(found), expected \(Value.self)")
    }
    return value
  }

  /// - Throws: ``StoreError`` where the column holds another type.
  func optional<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
    let found: DatabaseValue = self[column]
    return found.isNull ? nil : try value(column)
  }

  /// The moment in a column of milliseconds since 1970.
  func date(_ column: String) throws -> Date {
    Date(timeIntervalSince1970: Double(try value(column) as Int64) / 1000)
  }

  /// The type in the columns `dtype` and `shape`. Extents below zero are a graph's symbols.
  func tensorType() throws -> TensorType {
    let name: String = try value("dtype")
    guard let dtype = DataType(rawValue: name) else {
      throw StoreError(.corrupt, "'\(name)' is no element type that this zoo knows")
    }
    let text: String = try value("shape")
    guard let extents = try? JSONDecoder().decode([Int].self, from: Data(text.utf8)) else {
      throw StoreError(.corrupt, "'\(text)' is no shape")
    }
    return TensorType(dtype, Shape(extents))
  }
}

extension Shape {
  /// A JSON array.
  var json: String { "[" + map(String.init).joined(separator: ",") + "]" }
}

extension Date {
  /// Whole milliseconds since 1970.
  var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }
}

extension Database {
  /// Runs one statement that is prepared once for each connection.
  func run(_ sql: String, _ arguments: StatementArguments) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }
}
