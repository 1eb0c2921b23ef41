import Foundation
import GraphIR
import ONNXFormat
import Testing

/// What the importer decides where ONNX leaves a choice, and how it unfolds functions and subgraphs.
@Suite struct ImportDecisionTests {
  private func read(_ model: WireMessage, _ options: ImportOptions = ImportOptions()) throws -> ImportedModel {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).onnx")
    defer { try? FileManager.default.removeItem(at: file) }
    try model.data.write(to: file)
    return try ONNXImporter(options).readModel(file)
  }

  private func model(
    _ nodes: [WireMessage], initializers: [WireMessage] = [], outputRank: Int = 2, opset: Int = 21
  ) -> WireMessage {
    .model(opset: opset, .graph(nodes, initializers: initializers, outputRank: outputRank))
  }

  private func scalar(_ name: String, _ value: Float) -> WireMessage { .tensor(name, [], .floats(4, [value])) }

  private func matrix(_ name: String, _ shape: [Int]) -> WireMessage {
    .tensor(name, shape, .floats(4, (0..<shape.reduce(1, *)).map(Float.init)))
  }

  private func roles(_ model: ImportedModel) -> [String: ImportedInitializer.Role] {
    Dictionary(uniqueKeysWithValues: model.initializers.map { ($0.name, $0.role) })
  }

  // MARK: Weights and constants

  @Test func useDecidesWhatAnInitializerIs() throws {
    let nodes: [WireMessage] = [
      .node("Gemm", ["x", "onnx::Gemm_7", "b"], ["h"]), .node("Clip", ["h", "low", "high"], ["c"]),
      .node("Mul", ["c", "root2"], ["s"]), .node("Mul", ["s", "val_12"], ["t"]), .node("Add", ["t", "shift"], ["u"]),
      .node("Transpose", ["onnx::Transpose_3"], ["w2"]), .node("MatMul", ["u", "w2"]),
    ]
    let imported = try read(
      model(
        nodes,
        initializers: [
          matrix("onnx::Gemm_7", [3, 3]), matrix("b", [3]), scalar("low", -1), scalar("high", 1),
          scalar("root2", 1.4142135), matrix("val_12", [3]), matrix("shift", [3]),
          matrix("onnx::Transpose_3", [3, 3]),
        ]))
    #expect(
      roles(imported) == [
        "onnx::Gemm_7": .parameter, "b": .parameter, "low": .constant, "high": .constant, "root2": .constant,
        "val_12": .constant, "shift": .parameter, "onnx::Transpose_3": .parameter,
      ])
    #expect(imported.initializers.allSatisfy { !$0.reason.isEmpty })
    #expect(
      Set(imported.model.graph.parameters.filter(\.isTrainable).map(\.name))
        == ["onnx::Gemm_7", "b", "shift", "onnx::Transpose_3"])
    #expect(imported.model.graph.parameters.count == 4)
  }

  @Test func patternsOverruleThat() throws {
    let source = model(
      [.node("Gemm", ["x", "enc.weight", "enc.bias"], ["h"]), .node("Mul", ["h", "scale"])],
      initializers: [matrix("enc.weight", [3, 3]), matrix("enc.bias", [3]), scalar("scale", 2)])
    let frozen = try read(source, ImportOptions(constant: ["enc.*"]))
    #expect(roles(frozen) == ["enc.weight": .constant, "enc.bias": .constant, "scale": .parameter])
    let one = try read(source, ImportOptions(trainable: ["scale"], constant: ["*.bias"]))
    #expect(roles(one) == ["enc.weight": .parameter, "enc.bias": .constant, "scale": .parameter])
  }

  @Test(
    arguments: [
      ("a.b", "a.*", true), ("a.b", "*.b", true), ("a.b.c", "a.*.c", true), ("a.c", "a.*.c", false), ("ab", "a", false),
      ("abcabc", "*b*b*", true), ("abc", "*b*b*", false), ("w", "*", true),
    ])
  func starsStandForAnyCharacters(_ name: String, _ pattern: String, _ fits: Bool) throws {
    let source = model([.node("Mul", ["x", name])], initializers: [scalar(name, 2)])
    let options = ImportOptions(trainable: [pattern])
    if fits {
      #expect(roles(try read(source, options))[name] == .parameter)
    } else {
      expectError(.graph, "no initializer fits '\(pattern)'") { try read(source, options) }
    }
  }

  @Test func aSettingInAnInitializerIsKnown() throws {
    // PyTorch's exporter writes scales of Resize so.
    let graph = WireMessage.graph(
      [.node("Reshape", ["x", "image"], ["i"]), .node("Resize", ["i", "", "scales"])],
      initializers: [
        .tensor("image", type: 7, [4], .int(7, 1), .int(7, 1), .int(7, 2), .int(7, 3)),
        .tensor("scales", [4], .floats(4, [1, 1, 2, 2])),
      ], outputRank: 4)
    let imported = try read(.model(graph))
    #expect(imported.model.graph.outputs[0].type.shape == [1, 1, 4, 6])
    #expect(roles(imported)["scales"] == .constant)
  }

  // MARK: Dimensions and inputs

  private var symbolic: WireMessage {
    func dimension(_ name: String) -> WireMessage { [.text(2, name)] }
    let type: WireMessage = [
      .message(1, [.int(1, 1), .message(2, [.message(1, dimension("batch")), .message(1, [.int(1, 4)])])])
    ]
    return .model([
      .message(1, .node("Neg", ["a"])), .text(2, "g"), .message(11, [.text(1, "a"), .message(2, type)]),
      .message(12, .value("y", [-1, 4])),
    ])
  }

  @Test func aDimensionCanBeFixed() throws {
    #expect(try read(symbolic).model.graph.inputs[0].type.shape == [-1, 4])
    let fixed = try read(symbolic, ImportOptions(dimensions: ["batch": 3])).model.graph
    #expect(fixed.inputs[0].type.shape == [3, 4] && fixed.outputs[0].type.shape == [3, 4])
    expectError(.graph, "no symbolic dimension 'bach'", "batch") {
      try read(symbolic, ImportOptions(dimensions: ["bach": 3]))
    }
  }

  @Test func aKnownInputIsAConstant() throws {
    let value = TensorValue([Float](repeating: 2, count: 6), shape: [2, 3])
    let graph = try read(model([.node("Neg", ["x"])]), ImportOptions(values: ["x": value])).model.graph
    #expect(graph.inputs.isEmpty && graph.constants == [.init(name: "x", value: value)])
    expectError(.tensor, "input 'x' is given as float32[2]", "float32[2, 3]") {
      try read(model([.node("Neg", ["x"])]), ImportOptions(values: ["x": TensorValue([Float(1), 2])]))
    }
  }

  /// PyTorch writes files whose outputs have other shapes than it declares.
  @Test func aWrongShapeOfAnOutputIsNoted() throws {
    let imported = try read(model([.node("Neg", ["x"])], outputRank: 3))
    #expect(imported.model.graph.outputs[0].type.shape == [2, 3])
    #expect(imported.notes.count == 1)
    #expect(imported.notes.first?.contains("declared float32[y_dim_0, y_dim_1, y_dim_2]") == true)
    #expect(try read(model([.node("Neg", ["x"])])).notes.isEmpty)
  }

  @Test func axesOfAScalarReduceNothing() throws {
    let nodes: [WireMessage] = [
      .node("ReduceSum", ["x"], ["s"], attributes: [.int("keepdims", 0)]),
      .node("ReduceMax", ["s"], attributes: [.ints("axes", [-1])]),
    ]
    #expect(try read(model(nodes, outputRank: 0, opset: 13)).model.graph.outputs[0].type.shape == [])
  }

  // MARK: Sequences

  @Test func aSequenceBecomesAnOutputForEachElement() throws {
    let outputs = try read(model([.node("SplitToSequence", ["x"], attributes: [.int("axis", 0)])])).model.graph.outputs
    #expect(outputs.map(\.name) == ["y_0", "y_1"])
    #expect(outputs.map(\.type.shape) == [[1, 3], [1, 3]])
  }

  @Test func lengthsHaveToBeIntegers() {
    expectError(.graph, "SplitToSequence", "expected integers") {
      try read(model([.node("SplitToSequence", ["x", "n"])], initializers: [scalar("n", 1)]))
    }
  }

  // MARK: What is missing

  @Test func allMissingOperatorsAreNamedAtOnce() {
    expectError(.unsupported, "StringSplit (node 'first', node 'StringSplit_2')", "com.example.Foo (node 'Foo_1')") {
      try read(
        model([
          .node("StringSplit", ["x"], ["a"], name: "first"), .node("Foo", ["a"], ["b"], domain: "com.example"),
          .node("StringSplit", ["b"]),
        ]))
    }
  }

  @Test func aDropoutWithoutSeedIsRefusedUnlessItDropsNothing() throws {
    func dropout(_ ratio: Float) -> WireMessage {
      model(
        [.node("Dropout", ["x", "ratio", "yes"])],
        initializers: [scalar("ratio", ratio), .tensor("yes", type: 9, [], .int(5, 1))])
    }
    expectError(.unsupported, "'seed'", "TrainingMode.EVAL") { try read(dropout(0.5)) }
    #expect(try read(dropout(0)).model.graph.nodes.count == 1)
  }

  // MARK: Functions and subgraphs

  /// f(a, b) = LeakyRelu(a + b) with the attribute of the call.
  private func function(_ nodes: [WireMessage], attributes: [String] = ["slope"]) -> WireMessage.Field {
    let reference: WireMessage = [.text(1, "alpha"), .text(21, "slope"), .int(20, 1)]
    let body =
      nodes.isEmpty
      ? [.node("Add", ["a", "b"], ["s"]), .node("LeakyRelu", ["s"], ["r"], attributes: [reference])] : nodes
    return .message(
      25,
      WireMessage(
        [.text(1, "f"), .text(4, "a"), .text(4, "b"), .text(5, "r")] + attributes.map { .text(6, $0) }
          + body.map { .message(7, $0) } + [.message(9, [.text(1, ""), .int(2, 21)]), .text(10, "mine")]))
  }

  @Test func aFunctionBecomesItsNodes() throws {
    let slope: WireMessage = [
      .text(1, "slope"), .init(bytes: [0x15, 0, 0, 0, 0x3f]), .int(20, 1),
    ]
    var source = model([
      .node("f", ["x", "x"], ["m"], name: "one", domain: "mine", attributes: [slope]),
      .node("f", ["m", "x"], name: "two", domain: "mine"),
    ])
    source.fields.append(function([]))
    let graph = try read(source).model.graph
    #expect(graph.nodes.map(\.op) == [.add, .leakyRelu, .add, .leakyRelu])
    #expect(graph.nodes[1].attributes["alpha"] == .float(0.5))
    #expect(graph.nodes[3].attributes["alpha"] == nil)
    #expect(graph.nodes[0].name.hasPrefix("one/"))
    #expect(graph.outputs.map(\.name) == ["y"])
  }

  @Test func functionsThatCallThemselvesEnd() {
    var endless = model([.node("f", ["x", "x"], domain: "mine")])
    endless.fields.append(function([.node("f", ["a", "b"], ["r"], domain: "mine")]))
    expectError(.limit, "nested deeper") { try read(endless) }
    // Each level calls the next one twice.
    var wide = model([.node("f", ["x", "x"], domain: "mine")])
    wide.fields.append(
      function([.node("f", ["a", "b"], ["c"], domain: "mine"), .node("f", ["c", "b"], ["r"], domain: "mine")]))
    expectError(.limit, "nested deeper") { try read(wide) }
  }

  private func graphAttribute(_ name: String, _ graph: WireMessage) -> WireMessage {
    [.text(1, name), .message(6, graph), .int(20, 5)]
  }

  private func branch(_ op: String) -> WireMessage {
    [.message(1, .node(op, ["x"], ["z"])), .text(2, op), .message(12, .value("z", [2, 3]))]
  }

  @Test(arguments: [true, false]) func aKnownConditionSelectsABranch(_ condition: Bool) throws {
    let node = WireMessage.node(
      "If", ["c"],
      attributes: [graphAttribute("then_branch", branch("Neg")), graphAttribute("else_branch", branch("Abs"))])
    let graph = try read(
      model([node], initializers: [.tensor("c", type: 9, [], .int(5, condition ? 1 : 0))])
    ).model.graph
    #expect(graph.nodes.map(\.op) == [condition ? .neg : .abs])
  }

  @Test func aComputedConditionSelectsValues() throws {
    let nodes: [WireMessage] = [
      .node("ReduceSum", ["x"], ["sum"], attributes: [.int("keepdims", 0)]), .node("Greater", ["sum", "zero"], ["c"]),
      .node(
        "If", ["c"],
        attributes: [graphAttribute("then_branch", branch("Neg")), graphAttribute("else_branch", branch("Abs"))]),
    ]
    let graph = try read(model(nodes, initializers: [scalar("zero", 0)])).model.graph
    #expect(graph.nodes.map(\.op).contains(.where))
    #expect(graph.outputs[0].type.shape == [2, 3])
  }

  @Test func aLoopWithAKnownCountIsUnrolled() throws {
    // v = v + x, three times; the condition passes through.
    let body: WireMessage = [
      .message(1, .node("Identity", ["go"], ["on"])), .message(1, .node("Add", ["v", "x"], ["w"])), .text(2, "body"),
      .message(11, .value("i", type: 7, [])), .message(11, .value("go", type: 9, [])),
      .message(11, .value("v", [2, 3])),
      .message(12, .value("on", type: 9, [])), .message(12, .value("w", [2, 3])),
    ]
    let loop = WireMessage.node("Loop", ["n", "", "x"], attributes: [graphAttribute("body", body)])
    let graph = try read(model([loop], initializers: [.tensor("n", type: 7, [], .int(7, 3))])).model.graph
    #expect(graph.nodes.filter { $0.op == .add }.count == 3)
    let computed: [WireMessage] = [
      .node("ReduceSum", ["x"], ["sum"], attributes: [.int("keepdims", 0)]),
      .node("Cast", ["sum"], ["n"], attributes: [.int("to", 7)]), loop,
    ]
    expectError(.unsupported, "trip count", "--dim") { try read(model(computed)) }
  }

  @Test func aLoopWithoutNodesEnds() {
    let body: WireMessage = [
      .text(2, "body"), .message(11, .value("i", type: 7, [])), .message(11, .value("go", type: 9, [])),
      .message(12, .value("go", type: 9, [])),
    ]
    let loop = WireMessage.node("Loop", ["n", ""], [], attributes: [graphAttribute("body", body)])
    expectError(.limit, "unfold to more than") {
      try read(model([loop], initializers: [.tensor("n", type: 7, [], .int(7, 1 << 50))]))
    }
  }

  /// Unique compares in float64, where NaN equals nothing and 2^53 + 1 is 2^53.
  @Test func uniqueRefusesWhatItCantCompare() {
    let numbers: [WireMessage] = [
      .tensor("u", [2], .floats(4, [1, .nan])), .tensor("u", type: 7, [2], .int(7, 1 << 53), .int(7, 1 << 53 + 1)),
    ]
    for tensor in numbers {
      expectError(.unsupported, "(Unique)", "a NaN, or an integer of 2^53 or more") {
        try read(model([.node("Unique", ["u"])], initializers: [tensor]))
      }
    }
  }

  @Test func anInitializerOfASubgraphHidesAnOuterValue() throws {
    let inner: WireMessage = [
      .message(1, .node("Add", ["v", "w"], ["u"])), .text(2, "body"),
      .message(5, .tensor("w", [1], .floats(4, [1]))), .message(11, .value("i", type: 7, [])),
      .message(11, .value("go", type: 9, [])), .message(11, .value("v", [2, 3])),
      .message(12, .value("go", type: 9, [])), .message(12, .value("u", [2, 3])),
    ]
    let loop = WireMessage.node("Loop", ["n", "", "x"], attributes: [graphAttribute("body", inner)])
    let graph = try read(
      model([loop], initializers: [.tensor("n", type: 7, [], .int(7, 2)), matrix("w", [1])])
    ).model.graph
    let added = graph.nodes.filter { $0.op == .add }.map { node in
      graph.constants.first { $0.name == node.inputs[1] }?.value.doubles
    }
    #expect(added == [[1], [1]])
  }

  // MARK: Element types

  @Test func smallTypesAreWidened() throws {
    // 1.5, -2 and the smallest positive number of float16; 1, -2 and infinity of bfloat16; -1 and 7 of int4.
    let nodes: [WireMessage] = [
      .node("Cast", ["h"], ["a"], attributes: [.int("to", 1)]), .node("Neg", ["b"], ["c"]), .node("Neg", ["q"], ["d"]),
      .node("Relu", ["x"]),
    ]
    let imported = try read(
      model(
        nodes,
        initializers: [
          .tensor("h", type: 10, [3], .bytes(9, [0x00, 0x3e, 0x00, 0xc0, 0x01, 0x00])),
          .tensor("b", type: 16, [3], .bytes(9, [0x80, 0x3f, 0x00, 0xc0, 0x80, 0x7f])),
          .tensor("q", type: 22, [2], .bytes(9, [0x7f])),
          .tensor("u", type: 2, [2], .int(5, 255), .int(5, 1)),
          .tensor("e", type: 17, [2], .bytes(9, [0x7e, 0xff])),
        ]))
    func value(_ name: String) -> TensorValue? {
      imported.model.graph.constants.first { $0.name == name }?.value ?? imported.model.parameters[name]
    }
    #expect(value("h") == TensorValue([Float(1.5), -2, Float(sign: .plus, exponent: -24, significand: 1)]))
    #expect(value("b") == TensorValue([Float(1), -2, .infinity]))
    #expect(value("q") == TensorValue([Int64(-1), 7]))
    #expect(value("u") == TensorValue([Int64(255), 1]))
    #expect(value("e")?.doubles[0] == 448 && value("e")?.doubles[1].isNaN == true)
  }
}
