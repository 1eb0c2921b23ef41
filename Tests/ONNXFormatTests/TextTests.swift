import Foundation
import GraphIR
import ONNXFormat
import Testing

/// ONNX's textual syntax. `Tests/CrossChecks/onnx_text.py` compares it with that of the onnx package.
@Suite struct TextTests {
  private func parse(_ text: String, limits: Limits = Limits()) throws -> Data {
    try ONNXText.parse(Data(text.utf8), limits: limits)
  }

  private func printed(_ model: Data, longest: Int = .max) throws -> String {
    String(decoding: try ONNXText.print(model, longest: longest), as: UTF8.self)
  }

  /// A model whose graph has no nodes; `values` stand in its initializers.
  private func model(_ values: String) throws -> Data {
    try parse("<ir_version: 10, opset_import: [\"\": 21]> g () => () <\(values)> {}")
  }

  /// The elements of an initializer that is the only output.
  private func elements<Element: TensorElement>(_ type: String, _ data: String) throws -> [Element] {
    let text =
      "<ir_version: 10, opset_import: [\"\": 21]> g () => (\(type) y) <\(type) x = \(data)> { y = Identity(x) }"
    let graph = try ONNXImporter(ImportOptions(constant: ["*"])).decode(parse(text)).graph
    return try #require(graph.constants.first).value.elements()
  }

  // The example of ONNX's docs/Syntax.md.
  @Test func exampleOfTheSpecificationIsRead() throws {
    let bytes = try parse(
      """
      <
        ir_version: 7,
        opset_import: [ "" : 10 ]
      >
      agraph (float[N, 128] X, float[128, 10] W, float[10] B) => (float[N, 10] C)
      {
          T = MatMul(X, W)
          S = Add(T, B)
          C = Softmax(S)   # a comment
      }
      """)
    let graph = try ONNXImporter().decode(bytes).graph
    #expect(graph.name == "agraph" && graph.symbols == ["N"])
    #expect(graph.inputs.map(\.name) == ["X", "W", "B"])
    #expect(graph.inputs.map(\.type.shape) == [[-1, 128], [128, 10], [10]])
    #expect(graph.nodes.map(\.op) == [.matMul, .add, .softmax] && graph.outputs.map(\.name) == ["C"])
    #expect(try parse(printed(bytes)) == bytes)
  }

  @Test func aPrintedNetworkIsTheSame() throws {
    for example in [try Example.generator(), try Example.trainingNorm(), try Example.doubleCelu()] {
      let bytes = try ONNXExporter.encode(example.model)
      let again = try parse(printed(bytes))
      #expect(try ONNXImporter().decode(again) == ONNXImporter().decode(bytes))
      // Elements in typed fields are printed alike.
      #expect(try printed(again) == printed(bytes))
    }
  }

  @Test func numbersAreRead() throws {
    let floats: [Float] = try elements("float[8]", "{1, -0, 5., 1e-45, 1e-60, -Infinity, 16777217, 0.1}")
    #expect(floats == [1, 0, 5, .leastNonzeroMagnitude, 0, -.infinity, 16_777_216, 0.1] && floats[1].sign == .minus)
    let doubles: [Double] = try elements("double[2]", "{1e-320, -7}")
    #expect(doubles == [Double(bitPattern: 2024), -7])
    let nans: [Float] = try elements("float[2]", "{nan, -NaN}")
    #expect(nans.allSatisfy(\.isNaN) && nans.map(\.sign) == [.plus, .minus])
    let integers: [Int64] = try elements("int64[2]", "{-9223372036854775808, 007}")
    #expect(integers == [.min, 7])
  }

  @Test func everyListMayBeEmpty() throws {
    let text = """
      <ir_version: 8, opset_import: [], metadata_props: []>
      g () => () <float[0] x = {}> { = Op (,) "", y = Op <a: ints = [], b: sparse_tensors = []> (x, "", z,) }
      <opset_import: []> f () => () <> {}
      """
    let printed = try printed(parse(text))
    #expect(
      printed.contains(" = Op (\"\")")
        && printed.contains("\"\", y = Op <a: ints = [], b: sparse_tensors = []> (x, \"\", z)"), "\(printed)")
  }

  @Test(arguments: [
    ("", 1, 1, "the name of a graph", "the end"),
    ("<ir_version: 7\n  opset: 1>", 2, 3, "'>'", "'opset:'"),
    ("<version: 7> g () => () {}", 1, 2, "a key of ONNX's text", "'version:'"),
    ("g () = > () {}", 1, 6, "'=>'", "'='"),
    ("g (float[2 x) => () {}", 1, 12, "']'", "'x)'"),
    ("g (float x) => (float32 y) {}", 1, 25, "')'", "'y)'"),
    ("g () => () {\n  # first\n  y = Op <a = > (x)\n}", 3, 15, "a number", "'>'"),
    ("g () => () { y = Op <a: number = 1> (x) }", 1, 25, "the type of an attribute", "'number'"),
    ("g () => () { y = Op <a: int = 1.5> (x) }", 1, 31, "a value of type int", "'1.5>'"),
    ("g () => () { y = Op <a = [1, \"b\"]> (x) }", 1, 30, "a value of type int", "'\"b\"]>'"),
    ("g () => () { y = Op <a = []> (x) }", 1, 27, "the type of an empty list", "']>'"),
    ("g () => () { y = Op <a: int = []> (x) }", 1, 32, "the type of an empty list", "']>'"),
    ("g () => () { y = Op <a = [@b]> (x) }", 1, 27, "a value, as lists have no references", "'@b]>'"),
    ("g () => () { y = Op <a = 9223372036854775808> (x) }", 1, 26, "an integer from -9223372036854775808", "'922"),
    ("g () => () { y = Op <a = 1e39> (x) }", 1, 26, "a Float", "'1e39>'"),
    ("g () => () { y = Op <a = 1e> (x) }", 1, 26, "a Float", "'1e>'"),
    ("g () => () { y = Op <a = - 1> (x) }", 1, 26, "a number", "'-'"),
    ("g () => () <int8[1] x = {2147483648}> {}", 1, 26, "an integer from -2147483648", "'2147483648}>'"),
    ("g () => () <uint64[1] x = {-1}> {}", 1, 28, "an integer from 0", "'-1}>'"),
    ("g () => () <float[N] x = {1}> {}", 1, 26, "not all extents of its type are numbers", "'{1}>'"),
    ("g () => () <float[] x = {1}> {}", 1, 25, "known extents", "'{1}>'"),
    ("g () => () <seq(float) x = {1}> {}", 1, 28, "known extents", "'{1}>'"),
    ("g () => () <map(seq(float), float) x> {}", 1, 17, "an element type", "'seq(float),'"),
    ("\"größe\" () => () { y = \"Op }", 1, 24, "a closing quote", "'\"Op'"),
    ("g () => () { y = Op (\"a\u{0}\") }", 1, 22, "a name in UTF-8 without a NUL", "'\"a\u{0}\")'"),
    ("g () => () {} f", 1, 16, "'('", "the end"),
  ])
  func errorsHaveLineAndColumn(_ text: String, line: Int, column: Int, expected: String, found: String) {
    expectError(.malformed, "line \(line), column \(column): expected ", expected, "found \(found)") { try parse(text) }
  }

  @Test func bytesThatAreNoTextAreRefusedInNames() {
    expectError(.malformed, "line 1, column 5", "UTF-8") {
      try ONNXText.parse(Data("g (\u{20}".utf8) + [0x22, 0xff, 0x22] + Data(") => () {}".utf8))
    }
  }

  // MARK: Limits

  @Test func deepNestingIsRefused() throws {
    func graphs(_ depth: Int) -> String {
      String(repeating: "g () => () { = If <b = ", count: depth) + "g () => () {}"
        + String(repeating: "> () }", count: depth)
    }
    func types(_ depth: Int) -> String {
      "g (" + String(repeating: "seq(", count: depth) + "float" + String(repeating: ")", count: depth) + " x) => () {}"
    }
    for text in [graphs(31), types(46)] { #expect(try parse(printed(parse(text))) == parse(text)) }
    for text in [graphs(33), types(48), graphs(100_000), types(1_000_000)] {
      expectError(.limit, "nested deeper than 100") { try parse(text) }
    }
    expectError(.limit, "nested deeper than 10") { try parse(graphs(3), limits: Limits(depth: 10)) }
  }

  @Test func memoryIsBoundedByTheText() throws {
    let nodes = "g () => () {" + String(repeating: "=()", count: 1_000_000) + "}"
    expectError(.limit, "memory") { try parse(nodes) }
    let named = String(repeating: "  [n] y = Op <axis: int = 1> (x, x)\n", count: 100_000)
    #expect(try !parse("g () => () {\n\(named)}").isEmpty)
  }

  @Test func brokenTextsAreErrors() throws {
    var texts = [try printed(ONNXExporter.encode(Example.generator().model))]
    texts.append(
      """
      <ir_version: 9, opset_import: ["": 21], doc_string: "a \\"b\\"">
      #: doc_string: "graph"
      g (map(int64, seq(optional(float[N,?,3]))) x, opaque(a.b, C) y, float[2] w = {1, 2})
        => (sparse_tensor(float[2]) z)
      <string[2] s = {"a", "b\\\\"}, float[4] e = ["location": "f"], complex64[1] c = {1, -nan}>
      { [n] z = a.b.Op:o <t: tensor = int4[3] "t" {1, 2}, s = ["a"], f: floats = [1, 2.5e-3], g: graph = g () => () {},
        p: type_proto = float[2], r: int = @k> (x, , "y z") }
      <domain: "a.b", overload: "o"> Op <k, d: int = 1> (float p, q) => (r) <float r> { r = Neg(p) }
      """)
    var random = RandomStream(seed: 1, name: "texts")
    for text in texts.map({ Array($0.utf8) }) {
      #expect(try !ONNXText.parse(Data(text)).isEmpty)
      for end in stride(from: 0, to: text.count, by: max(1, text.count / 500)) {
        _ = try? ONNXText.parse(Data(text[..<end]))
      }
      for _ in 0..<3000 {
        var broken = text
        let words = random.words(16).map { Int($0) }
        for edit in 0...words[0] % 4 {
          let (kind, place, source) = (words[4 * edit + 1], words[4 * edit + 2] % broken.count, words[4 * edit + 3])
          switch kind % 3 {
          case 0: broken[place] = text[source % text.count]
          case 1: broken.remove(at: place)
          default: broken.insert(UInt8(truncatingIfNeeded: source), at: place)
          }
        }
        // A text that is read is printed, and read again as the same model.
        guard let model = try? ONNXText.parse(Data(broken)) else { continue }
        let again = try ONNXText.parse(ONNXText.print(model))
        #expect(try ONNXText.print(again) == ONNXText.print(model), "\(String(decoding: broken, as: UTF8.self))")
      }
    }
  }

  // MARK: Beyond the syntax

  @Test func annotationsAreKept() throws {
    let text = """
      <opset_import: ["": 21]>
      # a comment
      #: another comment
      #: doc_string: "of the graph\\nin two lines \\"\\\\n\\""
      g (
        #: doc_string: "of x"
        float x) => ()
      {
        #: metadata_props: ["key": "of the node"]
        #: doc_string: "of the node"
        y = Op (x)
      }
      """
    let bytes = try parse(text)
    let printed = try printed(bytes)
    for line in [
      "#: doc_string: \"of the graph\\nin two lines \\\"\\\\n\\\"\"", "   #: doc_string: \"of x\"",
      "   #: metadata_props: [\"key\": \"of the node\"]", "   #: doc_string: \"of the node\"",
    ] {
      #expect(printed.split(separator: "\n").contains { $0 == line }, "\(line): \(printed)")
    }
    #expect(!printed.contains("comment"))
    #expect(try parse(printed) == bytes)
    #expect(bytes.range(of: Data("of the graph\nin two lines \"\\n\"".utf8)) != nil)
    expectError(.malformed, "line 1, column 16", "a text in quotes") { try parse("#: doc_string: 7\ng () => () {}") }
  }

  @Test func quotesStandAroundOtherNames() throws {
    let text = """
      g () => () {
         y = "my-domain"."an op":"2" <"the attribute": int = 1, body: graph = "float" () => () {
            }, value: tensor = float "a/b" {1.0}> ("x\u{301}", "\\"\u{301}")
      }
      """
    let bytes = try parse(text)
    let printed = try printed(bytes)
    #expect(printed.contains("\"my-domain\".\"an op\":\"2\" (\"x\u{301}\", \"\\\"\u{301}\") <"), "\(printed)")
    #expect(try parse(printed) == bytes)
  }

  @Test func longTensorsAreLeftOut() throws {
    let bytes = try model("float[2] a = {1, 2}, float[3] b = {1, 2, 3}")
    let text = try printed(bytes, longest: 2)
    #expect(text.contains("# The elements of tensors with more than 2 are left out.\n<\n"), "\(text)")
    #expect(text.contains("float[2] a = {1.0,2.0},\n") && text.contains("float[3] b =\n"), "\(text)")
    #expect(try printed(parse(text), longest: 2) == text)
  }

  @Test func fieldsWithoutSyntaxAreRefused() throws {
    let dimension: WireMessage = [.int(1, 2), .text(3, "DATA_BATCH")]
    let type: WireMessage = [.message(1, [.int(1, 1), .message(2, [.message(1, dimension)])])]
    let models: [(String, WireMessage)] = [
      ("value 'x' has a denotation", .model([.message(11, [.text(1, "x"), .message(2, type)])])),
      ("graph '' has sparse initializers", .model([.message(15, [])])),
      ("graph '' has quantization annotations", .model([.message(14, [])])),
      ("graph '' has fields of a newer version", .model([.int(99, 1)])),
    ]
    for (reason, model) in models {
      expectError(.unsupported, reason, "keep the model as .onnx") { try ONNXText.print(model.data) }
    }
    let tensor: WireMessage = [.int(1, 2), .int(2, 1), .text(8, "w"), .bytes(9, [0, 0, 0, 0])]
    expectError(.tensor, "tensor 'w' has 4 bytes") { try ONNXText.print(WireMessage.model([.message(5, tensor)]).data) }
  }

  // MARK: Files

  @Test func filesAreTextsByTheirEnding() throws {
    try withTemporaryFolder { folder in
      let model = try Example.generator().model
      let bytes = try ONNXExporter.encode(model)
      for ending in ["onnxtxt", "onnxtext", "ONNXTXT"] {
        let file = folder.appendingPathComponent("model.\(ending)")
        try ONNXText.print(bytes).write(to: file)
        #expect(try ONNXImporter().read(file) == model)
        try Data("g (".utf8).write(to: file)
        expectError(.malformed, "model.\(ending)", "line 1, column 4") { try ONNXImporter().read(file) }
      }
    }
  }
}
