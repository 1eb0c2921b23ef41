import Foundation
import GraphIR
import ONNXFormat
import Testing

/// Models of other programs, and the errors of some of them.
@Suite struct ImporterTests {
  private func decode(_ model: WireMessage) throws -> ONNXModel { try ONNXImporter().decode(model.data) }

  private func decodeGraph(_ nodes: WireMessage..., initializers: [WireMessage] = [], opset: Int = 21) throws
    -> ONNXModel
  {
    try decode(.model(opset: opset, .graph(nodes, initializers: initializers)))
  }

  // MARK: Supported models

  @Test(arguments: ONNXImporter.opsets)
  func everyOperatorSetIsRead(_ opset: Int) throws {
    let graph = try decodeGraph(.node("Relu", ["x"]), opset: opset).graph
    #expect(graph.nodes == [Node(name: "Relu_0", op: .relu, inputs: ["x"], outputs: ["y"])])
    #expect(graph.outputs == [.init(name: "y", type: TensorType(.float32, [2, 3]))])
  }

  @Test(arguments: [0, 29, -1])
  func otherOperatorSetsAreRefused(_ opset: Int) {
    expectError(.unsupported, "operator set \(opset)", "1...28") {
      try decodeGraph(.node("Relu", ["x"]), opset: opset)
    }
  }

  @Test(arguments: 3...14)
  func everyIRVersionIsRead(_ version: Int) throws {
    let model = WireMessage.model(irVersion: version, .graph([.node("Relu", ["x"])]))
    #expect(try decode(model).graph.nodes.count == 1)
  }

  @Test(arguments: [0, 2, 15, -1])
  func otherIRVersionsAreRefused(_ version: Int) {
    let model = WireMessage.model(irVersion: version, .graph([.node("Relu", ["x"])]))
    expectError(.unsupported, "IR version \(version)") { try decode(model) }
  }

  @Test(
    arguments: Op.allCases.map(\.rawValue).filter { $0.hasPrefix("Reduce") }, [7, 12, 17])
  func axesAttributeOfOldReductionsBecomesAnInput(_ op: String, _ opset: Int) throws {
    let graph = try decodeGraph(
      .node(op, ["x"], name: "r", attributes: [.ints("axes", [-1])]), opset: opset
    ).graph
    #expect(graph.nodes[0].inputs == ["x", graph.constants[0].name])
    #expect(graph.nodes[0].attributes == [:])
    #expect(graph.constants.map(\.value) == [TensorValue(integers: [-1])])
    #expect(graph.outputs[0].type.shape == [2, 1])
  }

  @Test func axesAttributeIsNoLongerThereInOperatorSet18() {
    expectError(.graph, "ReduceMean", "no attribute 'axes'") {
      try decodeGraph(.node("ReduceMean", ["x"], attributes: [.ints("axes", [1])]), opset: 18)
    }
  }

  @Test(arguments: [9, 13]) func batchNormalizationTrainsByItsOutputs(_ opset: Int) throws {
    let inputs = ["x", "s", "b", "m", "v"]
    let statistics = inputs.dropFirst().map { WireMessage.tensor($0, [3], .floats(4, [1, 1, 1])) }
    for saved in [["", ""], ["d", "e"]] {
      let node = try decodeGraph(
        .node("BatchNormalization", inputs, ["y", "a", "c"] + saved), initializers: statistics, opset: opset
      ).graph.nodes[0]
      #expect(node.attributes["training_mode"] == .int(1))
      #expect(node.outputs == ["y", "a", "c"])
    }
    // Saved statistics are not computed.
    expectError(.graph, "Relu", "reads 'd'") {
      try decodeGraph(
        .node("BatchNormalization", inputs, ["n", "a", "c", "d", "e"]), .node("Relu", ["d"]),
        initializers: statistics, opset: opset)
    }
  }

  @Test func runningStatisticsAreNotTrainable() throws {
    let inputs = ["x", "s", "b", "m", "v"]
    let statistics = inputs.dropFirst().map { WireMessage.tensor($0, [3], .floats(4, [1, 1, 1])) }
    let graph = try decodeGraph(.node("BatchNormalization", inputs), initializers: statistics, opset: 15).graph
    #expect(graph.parameters.filter(\.isTrainable).map(\.name) == ["s", "b"])
    #expect(graph.parameters.filter { !$0.isTrainable }.map(\.name) == ["m", "v"])
  }

  @Test func constantNodeBecomesAConstant() throws {
    let shape: WireMessage = [
      .text(1, "value"), .message(5, .tensor("", type: 7, [2], .int(7, 3), .int(7, -1))), .int(20, 4),
    ]
    let graph = try decodeGraph(
      .node("Constant", [], ["s"], attributes: [shape]), .node("Reshape", ["x", "s"])
    ).graph
    #expect(graph.constants == [.init(name: "s", value: TensorValue(integers: [3, -1]))])
    #expect(graph.nodes.map(\.op) == [.reshape])
    #expect(graph.outputs[0].type.shape == [3, 2])
  }

  @Test(
    arguments: [
      ("value_int", [.int(3, 5), .int(20, 2)], TensorValue(scalar: Int64(5))),
      ("value_ints", [.int(8, 5), .int(8, 6), .int(20, 7)], TensorValue(integers: [5, 6])),
    ] as [(String, [WireMessage.Field], TensorValue)])
  func constantNodeHasManySpellings(_ name: String, _ fields: [WireMessage.Field], _ value: TensorValue) throws {
    let attribute = WireMessage([.text(1, name)] + fields)
    let graph = try decodeGraph(.node("Constant", [], ["s"], attributes: [attribute]), .node("Relu", ["x"])).graph
    #expect(graph.constants.map(\.value) == [value])
  }

  @Test func typedFieldsAreRead() throws {
    let model = try decodeGraph(
      .node("Relu", ["x"]),
      initializers: [
        .tensor("f", [2], .floats(4, [1.5, -2])), .tensor("i", type: 7, [2], .int(7, 3), .int(7, -4)),
        .tensor("b", type: 9, [3], .int(5, 1), .int(5, 0), .int(5, 7)),
        .tensor("d", type: 11, [1], .bytes(10, [0, 0, 0, 0, 0, 0, 0xf8, 0x3f])),
        .tensor("r", [1], .bytes(9, [0, 0, 0x80, 0x3f])),
      ])
    #expect(model.parameters["f"] == TensorValue([Float(1.5), -2]))
    let constants = Dictionary(uniqueKeysWithValues: model.graph.constants.map { ($0.name, $0.value) })
    #expect(
      constants == [
        "i": TensorValue(integers: [3, -4]), "b": TensorValue([true, false, true]), "d": TensorValue([1.5]),
        "r": TensorValue([Float(1)]),
      ])
  }

  @Test func initializerThatIsAnInputIsAParameter() throws {
    let weight = WireMessage.tensor("w", [2, 3], .floats(4, [1, 2, 3, 4, 5, 6]))
    let graph = WireMessage.graph(
      [.node("Add", ["x", "w"])], initializers: [weight], extra: [.message(11, .value("w", [2, 3]))])
    let model = try decode(.model(irVersion: 3, graph))
    #expect(model.graph.inputs.map(\.name) == ["x"])
    #expect(model.graph.parameters.map(\.name) == ["w"])
  }

  @Test func unknownExtentsAreSymbols() throws {
    let graph: WireMessage = [
      .message(1, .node("Abs", ["a"])), .text(2, "g"), .message(11, .value("a", [-1, 3])),
      .message(12, .value("y", [-1, 3])),
    ]
    let model = try decode(.model(graph))
    #expect(model.graph.describe(model.graph.outputs[0].type) == "float32[a_dim_0, 3]")
  }

  @Test func nodesGetNamesOfTheirOwn() throws {
    let graph = try decodeGraph(
      .node("Abs", ["x"], ["a"], name: "n"), .node("Neg", ["a"], ["b"], name: "n"), .node("Exp", ["b"])
    ).graph
    #expect(graph.nodes.map(\.name) == ["n", "n_1", "Exp_2"])
  }

  @Test func longModelTakesLinearTime() throws {
    let count = 20_000
    let nodes = (0..<count).map { index in
      WireMessage.node("Neg", [index == 0 ? "x" : "v\(index)"], [index == count - 1 ? "y" : "v\(index + 1)"])
    }
    let constants = (0..<count).map { WireMessage.tensor("k\($0)", type: 7, [], .int(7, $0)) }
    let graph = try decode(.model(.graph(nodes, initializers: constants))).graph
    #expect(graph.nodes.count == count)
    #expect(graph.constants.count == count)
  }

  // MARK: Refused models

  @Test func unknownOperatorIsNamed() {
    expectError(.unsupported, "'c1'", "Unique") { try decodeGraph(.node("Unique", ["x"], name: "c1")) }
  }

  @Test(arguments: [Op.adamStep, .leakyReluGrad])
  func operatorOfOurOwnIsNoneOfONNXs(_ op: Op) {
    expectError(.unsupported, op.rawValue) { try decodeGraph(.node(op.rawValue, ["x"])) }
  }

  @Test func otherDomainIsNamed() {
    expectError(.unsupported, "com.example") { try decodeGraph(.node("Relu", ["x"], domain: "com.example")) }
  }

  @Test func attributesAreChecked() {
    expectError(.graph, "'a'", "LeakyRelu", "no attribute 'slope'") {
      try decodeGraph(.node("LeakyRelu", ["x"], name: "a", attributes: [.int("slope", 1)]))
    }
    expectError(.graph, "'alpha' is INT, expected FLOAT") {
      try decodeGraph(.node("LeakyRelu", ["x"], attributes: [.int("alpha", 1)]))
    }
    expectError(.malformed, "'alpha'", "twice") {
      try decodeGraph(.node("LeakyRelu", ["x"], attributes: [.int("alpha", 1), .int("alpha", 1)]))
    }
    expectError(.malformed, "'alpha'", "function") {
      try decodeGraph(.node("Relu", ["x"], attributes: [[.text(1, "alpha"), .text(21, "a"), .int(20, 1)]]))
    }
  }

  @Test func graphIsVerified() {
    expectError(.graph, "'Neg_0' (Neg)", "'nothing'") { try decodeGraph(.node("Neg", ["nothing"])) }
    expectError(.graph, "MatMul", "[2, 3]") { try decodeGraph(.node("MatMul", ["x", "x"])) }
    expectError(.graph, "two values 'y'") { try decodeGraph(.node("Neg", ["x"]), .node("Abs", ["x"])) }
    expectError(.graph, "no value 'y'") { try decodeGraph() }
    expectError(.graph, "declared float32[y_dim_0, y_dim_1]", "bool[2, 3]") {
      try decodeGraph(.node("IsNaN", ["x"]))
    }
  }

  @Test func modelNeedsItsParts() {
    expectError(.malformed, "no graph") { try decode([.int(1, 10), .message(8, [.int(2, 21)])]) }
    expectError(.malformed, "operator set") { try decode([.int(1, 10), .message(7, .graph([]))]) }
    expectError(.malformed, "operator set") { try decode(.model(domain: "com.example", .graph([]))) }
  }

  @Test func whatWeDoNotKeepIsRefusedByName() {
    expectError(.unsupported, "sparse initializers") {
      try decode(.model(.graph([.node("Relu", ["x"])], extra: [.message(15, [])])))
    }
  }

  @Test(
    arguments: [(4, "sequence"), (5, "map"), (9, "optional"), (8, "sparse tensor"), (7, "opaque")] as [(UInt64, String)]
  )
  func onlyTensorsGoIn(_ field: UInt64, _ kind: String) {
    let graph: WireMessage = [.message(11, [.text(1, "s"), .message(2, [.message(field, [])])])]
    expectError(.unsupported, "input 's'", kind) { try decode(.model(graph)) }
  }

  @Test func typesOfInputsAreChecked() {
    func input(_ type: WireMessage) -> WireMessage { .model([.message(11, [.text(1, "s"), .message(2, type)])]) }
    expectError(.malformed, "input 's'", "no type") { try decode(.model([.message(11, [.text(1, "s")])])) }
    expectError(.unsupported, "input 's'", "unknown rank") { try decode(input([.message(1, [.int(1, 1)])])) }
    let text: WireMessage = [.message(1, [.int(1, 8), .message(2, [])])]
    expectError(.unsupported, "input 's'", "string", "expected numbers") { try decode(input(text)) }
    expectError(.unsupported, "input 's'", "element type 99") { try decode(input([.message(1, [.int(1, 99)])])) }
    let negative: WireMessage = [.message(1, [.int(1, -5)])]
    expectError(.malformed, "input 's'", "extent -5") {
      try decode(input([.message(1, [.int(1, 1), .message(2, negative)])]))
    }
  }

  @Test(
    arguments: [
      ("2 elements in float_data", .tensor("w", [3], .floats(4, [1, 2]))),
      ("8 bytes of raw_data, expected 12", .tensor("w", [3], .bytes(9, [UInt8](repeating: 0, count: 8)))),
      ("both raw_data and 1 typed", .tensor("w", [1], .bytes(9, [0, 0, 0, 0]), .floats(4, [1]))),
      ("1 in other fields", .tensor("w", [1], .floats(4, [1]), .int(7, 1))),
      ("no tensor has", .tensor("w", [-1])), ("no tensor has", .tensor("w", [1 << 40, 1 << 40])),
      ("a byte above 1", .tensor("w", type: 9, [2], .bytes(9, [1, 2]))),
      ("0 elements in float_data", .tensor("w", [1 << 40])),
    ] as [(String, WireMessage)])
  func tensorThatDoesNotFitIsRefused(_ reason: String, _ tensor: WireMessage) {
    expectError(.tensor, "initializer 'w'", reason) { try decodeGraph(.node("Relu", ["x"]), initializers: [tensor]) }
  }

  @Test func segmentAndForeignElementTypesAreRefused() {
    expectError(.unsupported, "'w'", "segment") {
      try decodeGraph(.node("Relu", ["x"]), initializers: [.tensor("w", [1], .message(3, []))])
    }
    expectError(.unsupported, "'w'", "type string") {
      try decodeGraph(.node("Relu", ["x"]), initializers: [.tensor("w", type: 8, [1], .bytes(6, [0x61]))])
    }
  }

  @Test(arguments: [
    [Int.max, Int.max], [1 << 62, 4], [-9, 1], [Int.min, -1], [1 << 40, 1 << 40, -1], [0, 1 << 47, 1 << 47],
  ])
  func shapesThatOverflowAreErrors(_ extents: [Int]) {
    let shape = WireMessage([.int(1, extents.count), .int(2, 7), .text(8, "s")] + extents.map { .int(7, $0) })
    for op in ["Reshape", "Expand", "Pad"] {
      expectError(.graph, op) { try decodeGraph(.node(op, ["x", "s"]), initializers: [shape]) }
    }
  }
}
