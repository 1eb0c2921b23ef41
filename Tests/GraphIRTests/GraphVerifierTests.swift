import GraphIR
import TestSupport
import Testing

@Suite("The verifier and the builder")
struct VerifierTests {
  private static let good = """
    graph g <batch> (float32[batch, 3] x) => (float32[batch, 2] y) {
      parameter float32[2, 3] w
      buffer float32[2] s
      constant float32[2] c = {1.0, 2.0}
      [first] h = Gemm <transB = 1> (x, w, c)
      [second] y = Add (h, s)
      [third] t = Add (s, c)
      update s = t
    }
    """

  @Test("a valid graph has a type for every value")
  func types() throws {
    let types = try GraphParser.graph(from: Self.good).verify()
    let expected: [String: TensorType] = [
      "x": TensorType(.float32, [-1, 3]), "w": TensorType(.float32, [2, 3]), "s": TensorType(.float32, [2]),
      "c": TensorType(.float32, [2]), "h": TensorType(.float32, [-1, 2]), "y": TensorType(.float32, [-1, 2]),
      "t": TensorType(.float32, [2]),
    ]
    #expect(types == expected)
  }

  @Test(
    "a broken graph is refused with the names of its broken parts",
    arguments: [
      (
        "[second] y = Add (h, s)", "[second] y = Add (h, z)", .name,
        "node 'second' (Add) reads 'z', which no earlier node produces"
      ),
      ("[first] h", "[first] q", .name, "node 'second' (Add) reads 'h', which no earlier node produces"),
      ("[second]", "[first]", .name, "graph 'g' has two nodes 'first'"),
      ("[third] t", "[third] h", .name, "graph 'g' has two values 'h'; the second is an output of node 'third' (Add)"),
      (
        "constant float32[2] c", "constant float32[2] x", .name,
        "graph 'g' has two values 'x'; the second is a constant"
      ),
      (
        "parameter float32[2, 3] w", "parameter float32[2, 3] x", .name,
        "graph 'g' has two values 'x'; the second is a parameter"
      ),
      (
        "(float32[batch, 3] x)", "(float32[batch, 3] x, bool[] x)", .name,
        "graph 'g' has two values 'x'; the second is an input"
      ),
      ("(float32[batch, 3] x)", "(float32[batch, 3] \"\")", .name, "graph 'g' has an input without a name"),
      ("<batch>", "<batch, batch>", .name, "graph 'g' has two symbolic dimensions of one name: [\"batch\", \"batch\"]"),
      (
        "(float32[batch, 3] x)", "(float32[batch, 3] x, bool[?2] m)", .shape,
        "an input 'm' of graph 'g' has an unknown symbolic dimension: bool[?2]"
      ),
      (
        "parameter float32[2, 3] w", "parameter float32[batch, 3] w", .shape,
        "parameter 'w' has a symbolic shape float32[batch, 3]"
      ),
      ("=> (float32[batch, 2] y)", "=> (float32[batch, 2] v)", .name, "graph 'g' has no value 'v' for its output"),
      (
        "=> (float32[batch, 2] y)", "=> (float32[batch, 3] y)", .shape,
        "output 'y' is declared float32[batch, 3], but the graph produces float32[batch, 2]"
      ),
      (
        "=> (float32[batch, 2] y)", "=> (float64[batch, 2] y)", .shape,
        "output 'y' is declared float64[batch, 2], but the graph produces float32[batch, 2]"
      ),
      ("update s = t", "update x = t", .name, "graph 'g' has no parameter 'x' for its update"),
      ("update s = t", "update s = u", .name, "graph 'g' has no value 'u' to update 's'"),
      ("update s = t", "update s = h", .shape, "parameter 's' is float32[2], but its update 'h' is float32[batch, 2]"),
      ("update s = t", "update s = t update s = c", .name, "graph 'g' has two updates of parameter 's'"),
      (
        "[third] t = Add (s, c)", "[third] \"\" = Add (s, c)", .arity,
        "node 'third' (Add): output C is left out, but it is required"
      ),
      (
        "Gemm <transB = 1>", "Gemm", .shape,
        "node 'first' (Gemm): A is [batch, 3], B is [2, 3], expected equal inner extents, found 3 and 2"
      ),
      (
        "Gemm <transB = 1>", "Gemm <transC = 1>", .attribute,
        "node 'first' (Gemm): no attribute 'transC'; it has alpha, beta, transA, transB"
      ),
      ("Add (s, c)", "Add (s)", .arity, "node 'third' (Add): expected 2 inputs, found 1"),
      ("Add (s, c)", "And (s, c)", .dataType, "node 'third' (And): input A is float32, expected bool"),
      ("Add (s, c)", "Reshape (s, w)", .dataType, "node 'third' (Reshape): input shape is float32, expected int64"),
    ] as [(String, String, GraphError.Code, String)])
  func broken(part: String, replacement: String, code: GraphError.Code, message: String) throws {
    #expect(Self.good.contains(part))
    let graph = try GraphParser.graph(from: Self.good.replacing(part, with: replacement))
    let error = #expect(throws: GraphError.self) { try graph.verify() }
    #expect(error?.code == code)
    #expect(error?.description == message)
  }

  @Test("only trainable parameters count")
  func trainableCount() throws { #expect(try GraphParser.graph(from: Self.good).trainableCount == 6) }

  @Test("a builder generates unused names, shares equal constants and keeps types")
  func builder() throws {
    var builder = GraphBuilder(name: "b", symbols: ["batch"])
    try builder.input("x", TensorType(.float32, [-1, 3]))
    let one = builder.constant(TensorValue(scalar: Float(1)))
    #expect(builder.constant(TensorValue(scalar: Float(1))) == one)
    #expect(builder.constant(TensorValue(scalar: 1.0)) != one)
    #expect(builder.constant(TensorValue(scalar: -Float.zero)) != builder.constant(TensorValue(scalar: Float.zero)))
    let first = try builder.add(.add, ["x", one])
    let second = try builder.add(.add, [first, one])
    let third = try builder.add(.add, [second, one], name: "add", outputCount: 1)[0]
    #expect(Set([first, second, third]).count == 3)
    #expect(try builder.type(of: third) == TensorType(.float32, [-1, 3]))
    try builder.rename(third, to: "y")
    try builder.output("y")
    let graph = builder.graph
    #expect(try graph.verify()["y"] == TensorType(.float32, [-1, 3]))
    #expect(graph.outputs == [.init(name: "y", type: TensorType(.float32, [-1, 3]))])
    #expect(Set(graph.nodes.map(\.name)).count == 3)
  }

  @Test("a rename reaches readers, outputs and updates")
  func rename() throws {
    var builder = GraphBuilder(name: "b")
    try builder.parameter("p", TensorType(.float64, [2]))
    let old = try builder.add(.exp, ["p"])
    let reader = try builder.add(.mul, [old, old])
    try builder.output(old)
    try builder.output(reader)
    builder.update("p", to: old)
    try builder.rename(old, to: "new")
    let graph = builder.graph
    try graph.verify()
    #expect(graph.nodes[1].inputs == ["new", "new"])
    #expect(graph.outputs[0].name == "new" && graph.updates[0].value == "new")
    #expect(throws: GraphError.self) { try builder.type(of: old) }
  }

  @Test("a builder refuses duplicate or unknown names, and calls that do not fit")
  func builderErrors() throws {
    var builder = GraphBuilder(name: "b")
    let type = TensorType(.float32, [2])
    try builder.input("x", type)
    try builder.append(Node(name: "n", op: .exp, inputs: ["x"], outputs: ["y"]))
    func message(_ body: (inout GraphBuilder) throws -> Void) -> String? {
      var copy = builder
      return #expect(throws: GraphError.self) { try body(&copy) }?.description
    }
    #expect(message { try $0.input("x", type) } == "graph 'b' has two values 'x'")
    #expect(message { try $0.parameter("y", type) } == "graph 'b' has two values 'y'")
    #expect(message { try $0.constant(TensorValue([1.0]), named: "x") } == "graph 'b' has two values 'x'")
    #expect(message { try $0.output("z") } == "graph 'b' has no value 'z'")
    #expect(message { try $0.rename("x", to: "z") } == "no node of graph 'b' produces 'x'")
    #expect(message { try $0.rename("y", to: "x") } == "graph 'b' has two values 'x'")
    #expect(
      message { try $0.append(Node(name: "n", op: .exp, inputs: ["x"], outputs: ["z"])) }
        == "graph 'b' has two nodes 'n'")
    #expect(
      message { try $0.append(Node(name: "m", op: .exp, inputs: ["x"], outputs: ["y"])) }
        == "graph 'b' has two values 'y'")
    #expect(
      message { _ = try $0.add(.exp, ["q"]) } == "node 'exp' (Exp) reads 'q', which no earlier node produces")
  }

  @Test("a graph needs an output, or a parameter that it updates")
  func noOutput() throws {
    func graph(_ update: String) throws -> Graph {
      try GraphParser.graph(from: "graph g () => () {\n parameter float32[2] w\n [n] y = Exp (w)\n\(update)}")
    }
    let type = TensorType(.float32, [2])
    #expect(try graph("update w = y\n").verify() == ["w": type, "y": type])
    let error = try #require(throws: GraphError.self) { try graph("").verify() }
    #expect(error.code == .arity && error.description.contains("graph 'g' has no output"))
  }
}
