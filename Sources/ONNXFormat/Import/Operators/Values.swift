import Foundation
import GraphIR

extension ImportedOperators {
  static let values: [String: Composition] = [
    // By expansion along the rows: exact for the small matrices of geometry. Source: ONNX Det-22.
    "Det": { graph, call in
      let x = try call.input(0)
      let shape = try graph.shape(x)
      guard shape.rank >= 2, let size = shape.last, size == shape[shape.rank - 2], (0...8).contains(size) else {
        throw call.error(.unsupported, "the input is \(shape), expected matrices of up to 8 rows and as many columns")
      }
      if size == 0 {
        let none = try graph.call(.reduceSum, x, graph.integers([-2, -1]), attributes: ["keepdims": .int(0)])
        return [try graph.call(.add, none, graph.constant(1, like: x))]
      }
      let entries = try (0..<size).map { row in
        let line = try graph.call(
          .gather, x, graph.constant(TensorValue(scalar: Int64(row))), attributes: ["axis": .int(-2)])
        return try (0..<size).map { column in
          try graph.call(
            .gather, line, graph.constant(TensorValue(scalar: Int64(column))), attributes: ["axis": .int(-1)])
        }
      }
      return [try graph.determinant(entries)]
    }
  ]

  /// The value of a `Constant` node. ONNX has it as an operator with attributes, here it is a constant of the graph.
  static func constant(_ call: OperatorCall) throws -> TensorValue {
    guard call.attributes.values.count == 1, let (name, value) = call.attributes.values.first else {
      throw call.error(.graph, "\(call.attributes.values.count) attributes, expected 1")
    }
    switch (name, value) {
    case ("value", .tensor(let value)): return value
    case ("value_float", .float(let number)): return TensorValue(scalar: number)
    case ("value_floats", .floats(let numbers)): return TensorValue(numbers)
    case ("value_int", .int(let number)): return TensorValue(scalar: Int64(number))
    case ("value_ints", .ints(let numbers)): return TensorValue(integers: numbers)
    default:
      throw call.error(
        .unsupported, "it has a '\(name)' (\(value.kind.rawValue)), expected a dense tensor of numbers")
    }
  }
}

extension GraphImport {
  /// The determinant of a matrix of values. Each minor of the last rows is computed once.
  fileprivate func determinant(_ entries: [[CompositionValue]]) throws -> CompositionValue {
    // By the set of its columns as bits.
    var minors: [Int: CompositionValue] = [:]
    for (column, entry) in (entries.last ?? []).enumerated() { minors[1 << column] = entry }
    for row in entries.dropLast().reversed() {
      var larger: [Int: CompositionValue] = [:]
      for (columns, minor) in minors.sorted(by: { $0.key < $1.key }) {
        for column in row.indices where columns & 1 << column == 0 {
          let term = try call(.mul, row[column], minor)
          // The sign changes with each column of the minor in front of this one.
          let isNegative = (columns & (1 << column - 1)).nonzeroBitCount % 2 == 1
          let all = columns | 1 << column
          if let sum = larger[all] {
            larger[all] = try call(isNegative ? .sub : .add, sum, term)
          } else {
            larger[all] = try isNegative ? call(.neg, term) : term
          }
        }
      }
      minors = larger
    }
    guard let whole = minors.values.first, minors.count == 1 else { preconditionFailure("a matrix without entries") }
    return whole
  }
}
