import Foundation
import GraphIR
import ONNXFormat
import ZooKit
import Testing

@Suite("Recipes with graphs in files")
struct RecipeGraphTests {
  /// A critic of six values, with a parameter that no rule covers.
  private static let critic = """
    graph anything <batch> (float32[batch, 6] image) => (float32[batch, 1] score) {
      parameter float32[3, 6] first.weight
      parameter float32[3] first.bias
      parameter float32[3] slope
      parameter float32[3, 1] second
      [a] h = Gemm <transB = 1> (image, first.weight, first.bias)
      [b] s = Mul (h, slope)
      [c] score = MatMul (s, second)
    }
    """

  /// Reads ``RecipeExample`` with the critic in a file, described by `entry`.
  private func recipe(_ entry: String, critic: String = critic) throws -> Recipe {
    let folder = FileManager.default.temporaryDirectory.appending(path: "zoo-recipes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try critic.write(to: folder.appending(path: "critic.graph"), atomically: true, encoding: .utf8)
    let layers = "\n    input: [6]\n    layers:\n      - linear: 3\n      - leaky-relu: 0.2\n      - linear: 1\n"
    let text = RecipeExample.text.replacing(layers, with: " \(entry)\n")
    try #require(text != RecipeExample.text)
    let path = folder.appending(path: "mine.yaml")
    try text.write(to: path, atomically: true, encoding: .utf8)
    return try Recipe.named(path.path)
  }

  @Test("The initial values of parameters follow from their use or from the recipe's rule")
  func initialValues() throws {
    let recipe = try recipe("{graph: critic.graph, initialize: {slope: 0.25}}")
    let network = try #require(recipe.networks["critic"])
    #expect(network.graph.name == "critic")
    #expect(network.graph.nodes.map(\.op) == [.gemm, .mul, .matMul])
    var stream = RandomStream(seed: 1, name: "init")
    let values = network.initialParameters(from: &stream).mapValues { $0.elements(as: Float.self) }
    for (name, inputs, count) in [("first.weight", 6, 18), ("first.bias", 6, 3), ("second", 3, 3)]
      as [(String, Float, Int)]
    {
      let numbers = try #require(values[name])
      #expect(numbers.count == count)
      #expect(numbers.allSatisfy { abs($0) <= 1 / inputs.squareRoot() })
      #expect(Set(numbers).count == count)
    }
    // One of 18 values exceeds the limit of a fan-in of 18.
    #expect(try #require(values["first.weight"]).contains { abs($0) > 1 / Float(18).squareRoot() })
    #expect(values["slope"] == [0.25, 0.25, 0.25])
  }

  @Test("A network of an ONNX file begins with the file's values")
  func valuesOfAnONNXFile() throws {
    let graph = try GraphParser.graph(from: Self.critic)
    let values = Dictionary(
      uniqueKeysWithValues: graph.parameters.enumerated().map { index, parameter in
        (parameter.name, TensorValue(repeating: Double(index + 1), type: parameter.type))
      })
    let folder = FileManager.default.temporaryDirectory.appending(path: "zoo-recipes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try ONNXExporter.write(ONNXModel(graph: graph, parameters: values), to: folder.appending(path: "critic.onnx"))
    let layers = "\n    input: [6]\n    layers:\n      - linear: 3\n      - leaky-relu: 0.2\n      - linear: 1\n"
    func network(_ entry: String) throws -> RecipeNetwork {
      let text = RecipeExample.text.replacing(layers, with: " \(entry)\n")
      return try #require(Recipe(yaml: text, source: "mine.yaml", folder: folder).networks["critic"])
    }
    var stream = RandomStream(seed: 1, name: "init")
    let plain = try network("{graph: critic.onnx}")
    #expect(plain.graph.name == "critic" && plain.graph.nodes == graph.nodes)
    #expect(plain.initialParameters(from: &stream) == values)
    let bytes = try Data(contentsOf: folder.appending(path: "critic.onnx"))
    try ONNXText.print(bytes).write(to: folder.appending(path: "critic.onnxtxt"))
    #expect(try network("{graph: critic.onnxtxt}").initialParameters(from: &stream) == values)
    // A rule of the recipe replaces the file's value.
    var expected = values
    expected["slope"] = TensorValue([Float](repeating: 0.25, count: 3))
    #expect(try network("{graph: critic.onnx, initialize: {slope: 0.25}}").initialParameters(from: &stream) == expected)
    // A broken file is an error of the recipe.
    try Data([1, 2, 3]).write(to: folder.appending(path: "critic.onnx"))
    let error = #expect(throws: RecipeError.self) { try network("{graph: critic.onnx}") }
    #expect(error?.description.contains("critic.onnx") == true)
  }

  @Test("A network of a stored graph begins with the values in the store")
  func valuesOfAStoredGraph() throws {
    let graph = try GraphParser.graph(from: Self.critic)
    let values = Dictionary(
      uniqueKeysWithValues: graph.parameters.map { ($0.name, TensorValue(repeating: 0.5, type: $0.type)) })
    let tiny = try TinyZoo()
    let file = tiny.folder.appending(path: "six.onnx")
    try ONNXExporter.write(ONNXModel(graph: graph, parameters: values), to: file)
    try tiny.zoo.importGraph(file)
    try FileManager.default.removeItem(at: file)
    let layers = "\n    input: [6]\n    layers:\n      - linear: 3\n      - leaky-relu: 0.2\n      - linear: 1\n"
    func recipe(_ name: String) throws -> Recipe {
      let path = tiny.folder.appending(path: "mine.yaml")
      try RecipeExample.text.replacing(layers, with: " {graph: \(name)}\n")
        .write(to: path, atomically: true, encoding: .utf8)
      return try tiny.zoo.recipe(named: path.path)
    }
    let network = try #require(recipe("six").networks["critic"])
    var stream = RandomStream(seed: 1, name: "init")
    #expect(network.graph.nodes == graph.nodes && network.initialParameters(from: &stream) == values)
    let error = #expect(throws: RecipeError.self) { try recipe("seven") }
    #expect(error?.description.contains("the name of a graph in the store") == true, "\(error as Any)")
  }

  @Test("Batch normalisation has the initial values of the layer")
  func batchNormalization() throws {
    let recipe = try Recipe.named("wgan-gp-tiny")
    let layers = try #require(recipe.networks["generator"])
    let text = GraphPrinter.text(of: layers.graph)
    let folder = FileManager.default.temporaryDirectory.appending(path: "zoo-recipes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try text.write(to: folder.appending(path: "generator.graph"), atomically: true, encoding: .utf8)
    let start = try #require(recipe.text.range(of: "  generator:")?.lowerBound)
    let end = try #require(recipe.text.range(of: "  critic:")?.lowerBound)
    let yaml = recipe.text.replacingCharacters(in: start..<end, with: "  generator: {graph: generator.graph}\n")
    let graph = try #require(Recipe(yaml: yaml, source: "mine.yaml", folder: folder).networks["generator"])
    #expect(graph.graph == layers.graph)
    // The same rules in the same order draw the same values.
    var (first, second) = (RandomStream(seed: 3, name: "init"), RandomStream(seed: 3, name: "init"))
    let (a, b) = (layers.initialParameters(from: &first), graph.initialParameters(from: &second))
    #expect(a.mapValues { $0.elements(as: Float.self) } == b.mapValues { $0.elements(as: Float.self) })
  }

  @Test("A rule may replace the default")
  func replacedRule() throws {
    let recipe = try recipe("{graph: critic.graph, initialize: {slope: {uniform: 0.1}, first.bias: 0}}")
    var stream = RandomStream(seed: 1, name: "init")
    let values = try #require(recipe.networks["critic"]).initialParameters(from: &stream)
    #expect(values["first.bias"]?.elements(as: Float.self) == [0, 0, 0])
    let slope = try #require(values["slope"]?.elements(as: Float.self))
    #expect(Set(slope).count == 3)
    #expect(slope.allSatisfy { abs($0) <= 0.1 })
  }

  @Test(
    "An invalid graph is an error at the recipe's line",
    arguments: [
      ("{graph: critic.graph}", "", "", .missingKey, "parameter 'slope' of 'critic.graph' has no initial value"),
      ("{graph: critics.graph}", "", "", .file, "critics.graph' can't be read"),
      ("{graph: critic.graph, input: [6]}", "", "", .badValue, "keep one"),
      (
        "{graph: critic.graph, initialize: {solpe: 1}}", "", "", .unknownKey,
        "no parameter 'solpe'; did you mean 'slope'?"
      ),
      ("{graph: critic.graph, initialize: {slope: one}}", "", "", .wrongType, "expected a finite number"),
      ("{graph: critic.graph, initialize: {slope: {uniform: 0}}}", "", "", .badValue, "expected a number above 0"),
      ("{input: [6], layers: [{linear: 1}], initialize: {}}", "", "", .badValue, "initialize is for graphs"),
      ("{graph: critic.graph, initialize: {slope: 1}}", "MatMul", "MatMull", .syntax, "found 'MatMull'"),
      ("{graph: critic.graph, initialize: {slope: 1}}", "[3, 1] second", "[4, 1] second", .badShape, "MatMul"),
      ("{graph: critic.graph, initialize: {slope: 1}}", "[3, 6]", "[3, 7]", .badShape, "Gemm"),
      ("{graph: critic.graph, initialize: {slope: 1}}", "float32[3] slope", "float64[3] slope", .badShape, "Mul"),
      (
        "{graph: critic.graph, initialize: {slope: 1}}", "parameter float32[3] slope",
        "parameter float32[3] slope parameter int64[2] unused", .badShape, "expected float32"
      ),
      (
        "{graph: critic.graph, initialize: {slope: 1, unused: 1}}", "parameter float32[3] slope",
        "parameter float32[3] slope parameter float32[99999, 99999] unused", .badShape, "elements in its parameters"
      ),
      (
        "{graph: critic.graph, initialize: {slope: 1}}", "[c] score = MatMul (s, second)",
        "[c] r = MatMul (s, second) [d] score = Softmax (r)", .badShape,
        "node 'd' (Softmax): the input is samples of [1], expected more than 1 value at a time"
      ),
      ("{graph: critic.graph, initialize: {slope: 1}}", "<batch>", "<n, batch>", .badShape, "the networks do not fit"),
    ] as [(String, String, String, RecipeError.Code, String)])
  func mistakes(_ entry: String, _ old: String, _ new: String, _ code: RecipeError.Code, _ saying: String) throws {
    let critic = old.isEmpty ? Self.critic : Self.critic.replacing(old, with: new)
    let error = #expect(throws: RecipeError.self) { try recipe(entry, critic: critic) }
    #expect(error?.code == code, "\(error?.description ?? "")")
    #expect(error?.location?.line == (saying.hasPrefix("the networks") ? 8 : 9))
    #expect(error?.description.contains(saying) == true, "\(error?.description ?? "")")
  }

  @Test("A recipe without a file can't name files")
  func noFolder() {
    let text = RecipeExample.text.replacing("input: [6]", with: "graph: critic.graph").replacing(
      "    layers:\n", with: ""
    )
    .replacing("      - linear: 3\n      - leaky-relu: 0.2\n      - linear: 1\n", with: "")
    let error = #expect(throws: RecipeError.self) { try Recipe(yaml: text, source: "mine.yaml") }
    #expect(error?.code == .badValue)
    #expect(error?.description.contains("mine.yaml:10:12: networks.critic.graph is 'critic.graph'") == true)
  }
}
