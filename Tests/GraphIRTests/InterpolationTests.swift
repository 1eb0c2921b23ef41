import GraphIR
import TestSupport
import Testing

@Suite("Matrix products of interpolations")
struct InterpolationTests {
  /// The computation of rows `m` from x and y, and the number of multiplied rows of m, x and y.
  struct Mixture: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let multiplied: Int
    let make: @Sendable (inout GraphBuilder) throws -> String

    init(_ description: String, multiplied: Int, _ make: @escaping @Sendable (inout GraphBuilder) throws -> String) {
      (testDescription, self.multiplied, self.make) = (description, multiplied, make)
    }

    static let all = [
      Mixture("w x + (1 - w) y", multiplied: 6) { try $0.mixture("w", "one") },
      Mixture("y (1 - w) + x w", multiplied: 6) {
        let rest = try $0.add(.sub, ["one", "w"])
        return try $0.add(.add, [try $0.add(.mul, ["y", rest]), try $0.add(.mul, ["x", "w"])])
      },
      Mixture("one weight for all rows", multiplied: 6) { try $0.mixture("half", "one") },
      Mixture("w x + (2 - w) y", multiplied: 9) { try $0.mixture("w", "two") },
      Mixture("w x + (1 - v) y", multiplied: 9) {
        let rest = try $0.add(.sub, ["one", "v"])
        return try $0.add(.add, [try $0.add(.mul, ["w", "x"]), try $0.add(.mul, [rest, "y"])])
      },
      Mixture("w x + (w - 1) y", multiplied: 9) {
        let rest = try $0.add(.sub, ["w", "one"])
        return try $0.add(.add, [try $0.add(.mul, ["w", "x"]), try $0.add(.mul, [rest, "y"])])
      },
      Mixture("w x - (1 - w) y", multiplied: 9) {
        let rest = try $0.add(.sub, ["one", "w"])
        return try $0.add(.sub, [try $0.add(.mul, ["w", "x"]), try $0.add(.mul, [rest, "y"])])
      },
      Mixture("a weight for each element", multiplied: 9) { try $0.mixture("each", "one") },
      Mixture("between x and what is not multiplied", multiplied: 9) { try $0.mixture("w", "one", of: ["x", "z"]) },
    ]
  }

  @Test("are interpolations of products if both products exist", arguments: Mixture.all)
  func products(_ mixture: Mixture) throws {
    for bias in [["b"], []] {
      var builder = try GraphBuilder.withRows()
      let rows = try mixture.make(&builder)
      // The interpolation comes first, as the penalty does in the critic's loss.
      for input in [rows, "x", "y"] { try builder.output(try builder.add(.gemm, [input, "weight"] + bias)) }
      try expect(builder.graph, multiplies: mixture.multiplied)
    }
  }

  @Test("of nested interpolations are computed, and the others are not")
  func nested() throws {
    var builder = try GraphBuilder.withRows()
    let inner = try builder.mixture("w", "one")
    let outer = try builder.mixture("v", "one", of: [inner, "y"])
    for input in [outer, "y", inner, "x"] { try builder.output(try builder.add(.gemm, [input, "weight", "b"])) }
    try expect(builder.graph, multiplies: 9)
  }

  private func expect(_ graph: Graph, multiplies rows: Int) throws {
    var generator = SplitMix64(seed: 5)
    var feeds: [String: TensorValue] = [:]
    for (name, type) in graph.inputs.map({ ($0.name, $0.type) }) + graph.parameters.map({ ($0.name, $0.type) }) {
      let numbers = (0..<type.shape.elementCount).map { _ in Double(generator.int(-99...99)) / 8 }
      feeds[name] = TensorValue(numbers, shape: type.shape)
    }
    let stacked = try graph.stackingProducts().removingDeadCode()
    let types = try stacked.verify()
    let products = stacked.nodes.filter { $0.op == .gemm }
    #expect(products.count == 1)
    #expect(products.compactMap { types[$0.inputs[0]]?.shape[0] } == [rows])
    let (found, expected) = (try Interpreter.run(stacked, feeds), try Interpreter.run(graph, feeds))
    for output in graph.outputs {
      let (value, other) = (try #require(found.outputs[output.name]), try #require(expected.outputs[output.name]))
      #expect(mismatch(value, other, relative: 1e-12, absolute: 1e-12) == nil, "\(output.name)")
    }
  }
}

extension GraphBuilder {
  /// x, y and z of [3, 2] with weights of several shapes, and a matrix with a row to add.
  fileprivate static func withRows() throws -> GraphBuilder {
    var builder = GraphBuilder(name: "rows")
    for name in ["x", "y", "z", "each"] { try builder.input(name, TensorType(.float64, [3, 2])) }
    for name in ["w", "v"] { try builder.input(name, TensorType(.float64, [3, 1])) }
    try builder.input("half", TensorType(.float64, []))
    try builder.parameter("weight", TensorType(.float64, [2, 4]))
    try builder.parameter("b", TensorType(.float64, [4]))
    for (name, number) in [("one", 1.0), ("two", 2.0)] {
      try builder.constant(TensorValue(repeating: number, type: TensorType(.float64, [])), named: name)
    }
    return builder
  }

  /// weight · x + (sum − weight) · y.
  fileprivate mutating func mixture(_ weight: String, _ sum: String, of ends: [String] = ["x", "y"]) throws -> String {
    let rest = try add(.sub, [sum, weight])
    return try add(.add, [try add(.mul, [weight, ends[0]]), try add(.mul, [rest, ends[1]])])
  }
}
