import Foundation
import GraphIR

extension ImportedOperators {
  static let values: [String: Composition] = [
    // By Leibniz' formula: exact for the small matrices of geometry. Source: ONNX Det-22.
    "Det": { graph, call in
      let x = try call.input(0)
      let shape = try graph.shape(x)
      guard shape.rank >= 2, let size = shape.last, size == shape[shape.rank - 2], (1...4).contains(size) else {
        throw call.error(.unsupported, "the input is \(shape), expected matrices of 1 to 4 rows and as many columns")
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
  /// The determinant of a matrix of values, by its first row.
  fileprivate func determinant(_ entries: [[CompositionValue]]) throws -> CompositionValue {
    if entries.count == 1 { return entries[0][0] }
    let terms = try entries.indices.map { column in
      let minor = entries.dropFirst().map { row in row.indices.filter { $0 != column }.map { row[$0] } }
      return try call(.mul, entries[0][column], determinant(minor))
    }
    return try terms.indices.dropFirst().reduce(terms[0]) { sum, column in
      try call(column.isMultiple(of: 2) ? .add : .sub, sum, terms[column])
    }
  }
}
