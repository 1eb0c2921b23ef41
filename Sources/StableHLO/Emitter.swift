import GraphIR

/// A value of a StableHLO function: its name, such as `%3`, and its type.
struct Value {
  let name: String
  let type: TensorType

  var shape: Shape { type.shape }
  var dtype: DataType { type.dtype }
}

/// Writes the operations of a StableHLO function, in MLIR's generic syntax, which has one form for all of them.
///
/// Methods have the names of StableHLO's operations. Source: the StableHLO specification, "Ops".
final class Emitter {
  /// The operations so far, a line each.
  private(set) var lines: [String] = []
  private var valueCount = 0

  /// Adds an operation.
  ///
  /// - Parameters:
  ///   - name: the operation, without its dialect if that is `stablehlo`.
  ///   - operands: the operands.
  ///   - attributes: names and texts of the attributes.
  ///   - region: the text of the operation's function, if it has one.
  ///   - results: the types of the results.
  func operation(
    _ name: String, _ operands: [Value], _ attributes: [(String, String)] = [], region: String? = nil,
    to results: [TensorType]
  ) -> [Value] {
    let values = results.map { Value(name: nextName(), type: $0) }
    lines.append(Self.text(name, operands, attributes, region: region, to: values))
    return values
  }

  /// Adds an operation with one result.
  func operation(
    _ name: String, _ operands: [Value], _ attributes: [(String, String)] = [], region: String? = nil,
    to result: TensorType
  ) -> Value { operation(name, operands, attributes, region: region, to: [result])[0] }

  /// Returns the text of a function of scalars, which `body` writes, as reductions and sorts take it.
  func region(of types: [TensorType], _ body: (Emitter, [Value]) -> [Value]) -> String {
    let inner = Emitter()
    inner.valueCount = valueCount
    let arguments = types.map { Value(name: inner.nextName(), type: $0) }
    let results = body(inner, arguments)
    valueCount = inner.valueCount
    let declared = arguments.map { "\($0.name): \($0.type.mlir)" }.joined(separator: ", ")
    let end = Self.text("return", results, [], region: nil, to: [])
    return "({ ^bb0(\(declared)): \((inner.lines + [end]).joined(separator: " ")) })"
  }

  private func nextName() -> String {
    defer { valueCount += 1 }
    return "%\(valueCount)"
  }

  private static func text(
    _ name: String, _ operands: [Value], _ attributes: [(String, String)], region: String?, to results: [Value]
  ) -> String {
    let names = results.map(\.name).joined(separator: ", ")
    let list = attributes.map { "\($0.0) = \($0.1)" }.joined(separator: ", ")
    return (results.isEmpty ? "" : names + " = ")
      + "\"\(name.contains(".") ? name : "stablehlo." + name)\"(\(operands.map(\.name).joined(separator: ", ")))"
      + (region.map { " " + $0 } ?? "") + (list.isEmpty ? "" : " {\(list)}")
      + " : (\(operands.map(\.type.mlir).joined(separator: ", "))) -> "
      + (results.count == 1 ? results[0].type.mlir : "(\(results.map(\.type.mlir).joined(separator: ", ")))")
  }
}

extension TensorType {
  /// The type in MLIR, for example `tensor<2x3xf32>`.
  var mlir: String { "tensor<" + shape.map { "\($0)x" }.joined() + dtype.mlir + ">" }
}

extension DataType {
  /// The type in MLIR.
  var mlir: String {
    switch self {
    case .float32: "f32"
    case .float64: "f64"
    case .int64: "i64"
    case .bool: "i1"
    }
  }
}

extension Array<Int> {
  /// The numbers as an attribute.
  var mlir: String { isEmpty ? "array<i64>" : "array<i64: \(map(String.init).joined(separator: ", "))>" }
}
