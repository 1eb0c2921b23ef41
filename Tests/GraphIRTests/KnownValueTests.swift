import GraphIR
import TestSupport
import Testing

@Suite("Values that are known before a graph runs")
struct KnownValueTests {
  /// `x.view(x.size(0), -1)`, `x.view(-1, 3 * x.size(2))` and similar ones, in the form of PyTorch's exporter.
  private func type(_ nodes: String, of shape: String = "float32[2, 3, 4]", to output: String) throws -> TensorType {
    let text = """
      graph g <batch, length> (\(shape) x) => (\(output) y) {
        constant int64[] zero = {0}
        constant int64[1] first = {0}
        constant int64[1] one = {1}
        constant int64[1] three = {3}
        constant int64[1] rest = {-1}
      \(nodes)
      }
      """
    return try #require(try GraphParser.graph(from: text).verify()["y"])
  }

  private let flatten = """
    [a] s = Shape (x)
    [b] n = Gather (s, zero)
    [c] u = Unsqueeze (n, first)
    [d] t = Concat <axis = 0> (u, rest)
    [e] y = Reshape (x, t)
    """

  @Test("a shape computed from a shape")
  func numbers() throws {
    #expect(try type(flatten, to: "float32[2, 12]").shape == [2, 12])
    let product = """
      [a] n = Shape <start = 2> (x)
      [b] m = Mul (n, three)
      [c] t = Concat <axis = 0> (rest, m)
      [d] y = Reshape (x, t)
      """
    #expect(try type(product, to: "float32[2, 12]").shape == [2, 12])
    let repeated = """
      [a] n = Size (x)
      [b] u = Unsqueeze (n, first)
      [c] y = Expand (one, u)
      """
    #expect(try type(repeated, to: "int64[24]").shape == [24])
  }

  @Test("a symbol is traced in the same way while operators only move it")
  func symbols() throws {
    let shape = "float32[batch, 3, 4]"
    #expect(try type(flatten, of: shape, to: "float32[batch, 12]").shape == [-1, 12])
    let whole = """
      [a] n = Shape <end = 1> (x)
      [b] k = Shape <start = 1> (x)
      [c] m = Mul (k, one)
      [d] t = Concat <axis = 0> (m, n)
      [e] y = Reshape (x, t)
      """
    #expect(try type(whole, of: shape, to: "float32[3, 4, batch]").shape == [3, 4, -1])
    let both = """
      [a] t = Shape (x)
      [b] y = Reshape (x, t)
      """
    #expect(try type(both, of: "float32[batch, length]", to: "float32[batch, length]").shape == [-1, -2])
    let moved = """
      [a] s = Shape (x)
      [b] n = Gather (s, first)
      [c] t = Tile (n, one)
      [d] v = Transpose (t)
      [e] w = Concat <axis = 0> (v, rest)
      [f] y = Reshape (x, w)
      """
    #expect(try type(moved, of: shape, to: "float32[batch, 12]").shape == [-1, 12])
    let doubled = """
      [a] s = Shape (x)
      [b] t = Add (s, s)
      [c] y = Reshape (x, t)
      """
    #expect(throws: GraphError.self) { try type(doubled, of: shape, to: "float32[batch, 3, 4]") }
  }

  @Test("a failing computation has no known value, and is no error before the graph runs")
  func failing() throws {
    let graph = """
      [a] s = Shape (x)
      [b] n = Gather (s, rest)
      [c] bad = Gather (s, three)
      [d] y = Identity (n)
      """
    #expect(try type(graph, to: "int64[1]").shape == [1])
  }

  @Test("a graph with a computed shape runs")
  func runs() throws {
    var builder = GraphBuilder(name: "g", symbols: ["batch"])
    try builder.input("x", TensorType(.float64, [-1, 2, 2]))
    let extent = try builder.add(.shape, ["x"], ["end": .int(1)])
    let target = try builder.add(
      .concat, [extent, builder.constant(TensorValue(integers: [4]))], ["axis": .int(0)])
    #expect(builder.value(of: extent) == nil)
    try builder.output(try builder.add(.reshape, ["x", target]))
    let graph = builder.graph
    #expect(graph.outputs[0].type.shape == [-1, 4])
    let x = TensorValue((0..<12).map(Double.init), shape: [3, 2, 2])
    #expect(try Interpreter.run(graph, ["x": x]).outputs[graph.outputs[0].name] == x.reshaped(to: [3, 4]))
  }
}
