import GraphIR
import TestSupport
import Testing

@Suite("Graphs as text")
struct TextTests {
  /// The example of Parser's documentation.
  private let critic = """
    # A critic for images of any number.
    graph critic <batch> (float32[batch, 784] image) => (float32[batch, 1] score) {
      parameter float32[1, 784] linear.weight
      buffer float32[1] shift
      constant float32[] scale = {0.5}
      [linear] h = Gemm <transB = 1> (image, linear.weight, "")
      [scaled] s = Mul (h, scale)
      [shifted] score = Add (s, shift)
      update shift = shift
    }
    """

  @Test("handwritten text becomes its graph")
  func byHand() throws {
    let graph = try GraphParser.graph(from: critic)
    try graph.verify()
    var expected = Graph(name: "critic")
    expected.symbols = ["batch"]
    expected.inputs = [.init(name: "image", type: TensorType(.float32, [-1, 784]))]
    expected.outputs = [.init(name: "score", type: TensorType(.float32, [-1, 1]))]
    expected.parameters = [
      .init(name: "linear.weight", type: TensorType(.float32, [1, 784])),
      .init(name: "shift", type: TensorType(.float32, [1]), isTrainable: false),
    ]
    expected.constants = [.init(name: "scale", value: TensorValue(scalar: Float(0.5)))]
    expected.nodes = [
      Node(
        name: "linear", op: .gemm, inputs: ["image", "linear.weight", ""], outputs: ["h"],
        attributes: ["transB": .int(1)]),
      Node(name: "scaled", op: .mul, inputs: ["h", "scale"], outputs: ["s"]),
      Node(name: "shifted", op: .add, inputs: ["s", "shift"], outputs: ["score"]),
    ]
    expected.updates = [.init(parameter: "shift", value: "shift")]
    #expect(graph == expected)
  }

  @Test("a graph prints in the handwritten form")
  func layout() throws {
    let graph = try GraphParser.graph(from: critic)
    #expect(
      graph.description == """
        graph critic <batch> (float32[batch, 784] image) => (float32[batch, 1] score) {
          parameter float32[1, 784] linear.weight
          buffer float32[1] shift
          constant float32[] scale = {0.5}

          [linear] h = Gemm <transB = 1> (image, linear.weight, "")
          [scaled] s = Mul (h, scale)
          [shifted] score = Add (s, shift)

          update shift = shift
        }

        """)
  }

  @Test("any graph survives its text form", arguments: 0..<8)
  func roundTrip(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<250 {
      let graph = RandomGraph.arbitrary(&generator)
      let text = graph.description
      let back = try GraphParser.graph(from: text)
      #expect(back == graph, "\(text)")
      #expect(back.description == text)
    }
  }

  @Test("examples of every operator survive their text form", arguments: Op.allCases)
  func examples(op: Op) throws {
    for example in OpExamples.examples(of: op) {
      let graph = try example.graph()
      #expect(try GraphParser.graph(from: graph.description) == graph, "\(example)")
    }
  }

  @Test("a float attribute keeps its bits")
  func floatBits() throws {
    let patterns: [UInt32] = [
      0, 0x8000_0000, 1, 0x7F80_0000, 0xFF80_0000, 0x7FC0_0000, 0xFFC0_0000, 0x7FA0_1234, 0x3DCC_CCCD,
    ]
    for pattern in patterns {
      var graph = Graph(name: "g")
      let number = Float(bitPattern: pattern)
      graph.nodes = [
        Node(
          name: "n", op: .abs, inputs: [], outputs: [], attributes: ["a": .float(number), "b": .floats([number, 1])])
      ]
      let attributes = try GraphParser.graph(from: graph.description).nodes[0].attributes
      guard case .float(let found)? = attributes["a"], case .floats(let list)? = attributes["b"] else {
        Issue.record("\(graph) lost the kind of its attributes")
        continue
      }
      #expect(found.bitPattern == pattern && list[0].bitPattern == pattern && list[1] == 1)
    }
  }

  @Test("equal attributes print in one order")
  func determinism() {
    var (one, other) = (Graph(name: "g"), Graph(name: "g"))
    let names = (0..<40).map { "a\($0)" }
    for (isOne, order) in [(true, names), (false, names.reversed())] {
      var node = Node(name: "n", op: .abs, inputs: [], outputs: [])
      for name in order { node.attributes[name] = .string(name) }
      if isOne { one.nodes = [node] } else { other.nodes = [node] }
    }
    #expect(one.description == other.description)
  }

  @Test(
    "an error names line, column, expectation and finding",
    arguments: [
      ("", "line 1, column 1: expected 'graph', found the end of the text"),
      (
        "graph g () => () {",
        "line 1, column 19: expected 'parameter', 'buffer', 'constant', 'update', '[' or '}', found the end of the text"
      ),
      ("graph g () -> () {}", "line 1, column 12: expected '=>', found '-'"),
      ("graph g () => () {} # end\n}", "line 2, column 1: expected the end of the text, found '}'"),
      (
        "graph g (\n  float16[2] x) => () {}",
        "line 2, column 3: expected an element type (float32, float64, int64, bool), found 'float16'"
      ),
      ("graph g (float32[batch] x) => () {}", "line 1, column 18: expected an extent: a number, found 'batch'"),
      (
        "graph g <n> (bool[-1] x) => () {}",
        "line 1, column 19: expected an extent: a number or one of the symbols n, found '-1'"
      ),
      ("graph g (bool[?0] x) => () {}", "line 1, column 16: expected the number of a symbol, found '0'"),
      (
        "graph g () => () {\n [n] y = Relux (x) }",
        "line 2, column 10: expected an operator of the vocabulary, found 'Relux'"
      ),
      ("graph g () => () {\n [n] y = Relu (x }", "line 2, column 18: expected ',' or ')', found '}'"),
      (
        "graph g () => () { [n] y = Relu <a = 1, a = 2> (x) }",
        "line 1, column 48: expected each attribute once, found 'a' twice in node 'n'"
      ),
      (
        "graph g () => () { [n] y = Relu <a = []> (x) }",
        "line 1, column 39: expected a value, or the kind of an empty list before '=', found ']'"
      ),
      (
        "graph g () => () { [n] y = Relu <a: ints = 1.5> (x) }",
        "line 1, column 44: expected a value of kind ints, found '1.5'"
      ),
      (
        "graph g () => () { [n] y = Relu <a: int32 = 1> (x) }",
        "line 1, column 37: expected a kind (int, float, string, ints, floats, strings, tensor), found 'int32'"
      ),
      ("graph g () => () { [n] y = Relu <a = [1, 2.5]> (x) }", "line 1, column 42: expected an integer, found '2.5'"),
      (
        "graph g () => () { [n] y = Relu <a = 1e39> (x) }",
        "line 1, column 38: expected a number, a string, a list or a tensor, found '1e39'"
      ),
      (
        "graph g () => () { [n] y = Relu <a = 9223372036854775808> (x) }",
        "line 1, column 38: expected a number, a string, a list or a tensor, found '9223372036854775808'"
      ),
      (
        "graph g () => () {\n constant float32[2] c = {1.0} }",
        "line 2, column 26: expected 2 elements of float32[2], found 1"
      ),
      ("graph g () => () { constant int64[1] c = {1.5} }", "line 1, column 43: expected an int64, found '1.5'"),
      (
        "graph g () => () { constant int64[1] c = {9223372036854775808} }",
        "line 1, column 43: expected an int64, found '9223372036854775808'"
      ),
      ("graph g () => () { constant bool[1] c = {1} }", "line 1, column 42: expected true or false, found '1'"),
      (
        "graph g () => () { constant bool[1] c = base64 \"Ag==\" }",
        "line 1, column 48: expected the bytes of bool[1] in Base64, found the string \"Ag==\""
      ),
      (
        "graph g () => () { constant int64[2] c = base64 \"AAAA\" }",
        "line 1, column 49: expected the bytes of int64[2] in Base64, found the string \"AAAA\""
      ),
      (
        "graph g () => () { constant int64[0, 9223372036854775807, 2] c = {} }",
        "line 1, column 66: expected a static type of at most 2^40 bytes, found int64[0, 9223372036854775807, 2]"
      ),
      (
        "graph g () => () { constant bool[?1] c = {true} }",
        "line 1, column 42: expected a static type of at most 2^40 bytes, found bool[?1]"
      ),
      (
        "graph \"g\n\" () => () {}",
        "line 1, column 7: expected '\"' at the end of this string, found the end of the line"
      ),
      (
        "graph \"a\\x\" () => () {}",
        "line 1, column 9: expected an escape (\\\", \\\\, \\n, \\t or \\u{…}), found '\\x'"
      ),
      (
        "graph \"a\\u{110000}\" () => () {}",
        "line 1, column 9: expected an escape (\\\", \\\\, \\n, \\t or \\u{…}), found '\\u'"
      ),
      ("graph g () => () { update w : v }", "line 1, column 29: expected '=', found ':'"),
      ("graph g () ; () {}", "line 1, column 12: expected a name, a number or punctuation, found ';'"),
    ])
  func errors(text: String, message: String) {
    let error = #expect(throws: GraphError.self) { try GraphParser.graph(from: text) }
    #expect(error?.description == message)
    #expect(error?.code == (text.contains("Relux") ? .unsupported : .syntax))
  }

  @Test("damaged text is read or refused, and does not trap", arguments: 0..<4)
  func damage(seed: UInt64) throws {
    var generator = SplitMix64(seed: 100 + seed)
    let pieces = [
      "(", ")", "[", "]", "{", "}", "<", ">", "=", ",", ":", "?", "\"", "\\", "-1", "9223372036854775808", "\\u{", "#",
      "\n", "é",
    ]
    var refused = 0
    for _ in 0..<1000 {
      var scalars = Array(RandomGraph.arbitrary(&generator).description.unicodeScalars)
      for _ in 0..<generator.int(1...3) {
        let place = generator.int(0...scalars.count - 1)
        let end = min(scalars.count, place + generator.int(0...3))
        scalars.replaceSubrange(place..<end, with: generator.pick(pieces).unicodeScalars)
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      do {
        let graph = try GraphParser.graph(from: String(text))
        #expect(try GraphParser.graph(from: graph.description).description == graph.description)
      } catch let error as GraphError {
        refused += 1
        #expect(error.description.hasPrefix("line ") && error.description.contains("expected"))
      }
    }
    #expect(refused > 500)
  }
}
