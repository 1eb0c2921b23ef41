import Foundation
import GRDB
import GraphIR

/// Columns of an untrusted file: a value of another type than expected throws. GRDB's subscript would trap.
extension Row {
  /// - Throws: ``StoreError`` if the column holds NULL or another type.
  func value<Value: ColumnValue>(_ column: String) throws -> Value {
    let found: DatabaseValue = self[column]
    guard let value = Value.fromDatabaseValue(found) else {
      throw StoreError(.corrupt, "column '\(column)' holds \(found.excerpt), expected \(Value.kind)")
    }
    return value
  }

  /// - Throws: ``StoreError`` if the column holds another type.
  func optional<Value: ColumnValue>(_ column: String) throws -> Value? {
    let found: DatabaseValue = self[column]
    return found.isNull ? nil : try value(column)
  }

  /// A number of steps, bytes or threads. It is bounded: differences and sums of a few of them do not overflow.
  func count(_ column: String) throws -> Int {
    let value: Int = try value(column)
    guard (0...1 << 53).contains(value) else {
      throw StoreError(.corrupt, "column '\(column)' holds \(value), expected a count from 0 to 2^53")
    }
    return value
  }

  /// A count, or nil for NULL.
  func optionalCount(_ column: String) throws -> Int? {
    (self[column] as DatabaseValue).isNull ? nil : try count(column)
  }

  /// The time in a column of milliseconds since 1970.
  func date(_ column: String) throws -> Date {
    let milliseconds: Int64 = try value(column)
    // The years 1 to 9999, which calendars support.
    guard (-62_135_596_800_000..<253_402_300_800_000).contains(milliseconds) else {
      throw StoreError(
        .corrupt, "column '\(column)' holds \(milliseconds), expected a time in milliseconds since 1970")
    }
    return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
  }

  /// The type in the columns `dtype` and `shape`. Extents below zero are a graph's symbols.
  func tensorType() throws -> TensorType {
    let name: String = try value("dtype")
    guard let dtype = DataType(rawValue: name) else {
      throw StoreError(.corrupt, "'\(name.excerpt())' is not an element type that this zoo knows")
    }
    let text: String = try value("shape")
    guard let extents = try? JSONDecoder().decode([Int].self, from: Data(text.utf8)), extents.count <= 64 else {
      throw StoreError(.corrupt, "'\(text.excerpt())' is not a shape")
    }
    let type = TensorType(dtype, Shape(extents))
    guard type.isWithinLimit else {
      throw StoreError(.corrupt, "shape '\(text.excerpt())': expected at most 2^40 bytes, found more")
    }
    return type
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
  /// Runs one statement, prepared once per connection.
  func run(_ sql: String, _ arguments: StatementArguments) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }
}
