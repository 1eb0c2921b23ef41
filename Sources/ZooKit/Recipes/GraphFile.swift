import Foundation
import GraphIR
import NN
import ONNXFormat

/// A network from the graph that a recipe names: the file of an ONNX model or of `GraphParser`'s text form, a trained
/// model, or a graph in the store.
///
/// A parameter begins with its value there, in a graph in training mode. In the text form, which has no values, the use
/// of a parameter decides its initial value, as in `Linear` and `BatchNorm`:
///
/// | use | initial value |
/// |---|---|
/// | second or third input of Gemm, second of MatMul | uniform on ±1/√inputs |
/// | scale and variance of BatchNormalization | 1 |
/// | bias and mean of BatchNormalization | 0 |
/// | anything else | from `initialize`: `{slope: 0.25, table: {uniform: 0.1}}` |
///
/// `initialize` may also replace the values of this table.
struct GraphFile {
  /// The largest file in bytes.
  static let sizeLimit = 16 << 20

  /// The network, verified.
  let graph: Graph
  private var initializers: [String: Initializer] = [:]
  /// The parameters that `initialize` names.
  private var ruled: Set<String> = []
  /// The values of an ONNX model's parameters.
  private var values: [String: TensorValue] = [:]

  private enum RuleKey: String, CaseIterable { case uniform }

  /// - Parameters:
  ///   - value: the value of `graph`: the file's name.
  ///   - role: the network's role, which becomes the graph's name.
  ///   - rules: the value of `initialize`; nil if there is none.
  ///   - batch: the number of samples in a batch of training.
  /// - Throws: ``RecipeError`` at the recipe's `graph` or at the wrong rule.
  init(_ value: RecipeValue, role: String, rules: RecipeValue?, batch: Int) throws(RecipeError) {
    let name = try value.text()
    do {
      if let (known, parameters) = try Self.named(name, value.context) {
        values = parameters
        graph = known.trainingMode().named(role)
      } else {
        guard let folder = value.context.folder else {
          throw value.error(.badValue, "\(value.path) is '\(name)', but a recipe without a folder can't name files")
        }
        let path = RecipeDocument.path(of: name, in: folder)
        if ONNXFile.fileExtensions.contains(URL(filePath: path).pathExtension.lowercased()) {
          let model = try ONNXImporter().read(URL(filePath: path))
          values = model.parameters
          graph = model.graph.trainingMode().named(role)
        } else {
          graph = try GraphParser.graph(from: RecipeDocument.read(path, limit: Self.sizeLimit)).named(role)
        }
      }
    } catch let error as RecipeError where error.code == .badValue {
      throw error
    } catch {
      let code = (error as? RecipeError)?.code ?? ((error as? ONNXError)?.code == .file ? .file : .syntax)
      throw value.error(
        code,
        "\(value.path) is '\(name)', expected an ONNX model, a graph in text form, MODEL:trained, or the name of a "
          + "graph in the store",
        cause: error)
    }
    do {
      let types = try graph.verify()
      try graph.checkNormalizations(batch: batch)
      for parameter in graph.parameters {
        initializers[parameter.name] = Self.standard(for: parameter.name, in: graph, types: types)
      }
    } catch {
      throw value.error(.badShape, "\(value.path) is '\(name)', which is not a valid graph", cause: error)
    }
    if let rules { try read(rules) }
    for parameter in graph.parameters {
      guard parameter.type.dtype == .float32, parameter.type.shape.allSatisfy({ $0 > 0 }) else {
        throw value.error(
          .badShape,
          "parameter '\(parameter.name)' of '\(name)' is \(parameter.type), expected float32, not empty")
      }
      guard initializers[parameter.name] != nil || values[parameter.name] != nil else {
        throw value.error(
          .missingKey,
          "parameter '\(parameter.name)' of '\(name)' has no initial value; add initialize: {\(parameter.name): 0}")
      }
    }
  }

  /// The graph of a trained model, or of a name in the store; nil for a file, and if there is no such graph.
  private static func named(_ name: String, _ context: RecipeContext) throws -> (Graph, [String: TensorValue])? {
    let isFile = context.folder.map { FileManager.default.fileExists(atPath: RecipeDocument.path(of: name, in: $0)) }
    guard isFile != true else { return nil }
    if let network = try context.catalogue.trainedModel(name)?.network() { return (network.graph, network.parameters) }
    return try context.catalogue.storedGraph?(name).map { ($0.graph, $0.parameters) }
  }

  /// New parameters by name, drawn in the graph's order.
  func initialParameters(from stream: inout RandomStream) -> [String: TensorValue] {
    var result = values
    for parameter in graph.parameters where ruled.contains(parameter.name) || values[parameter.name] == nil {
      result[parameter.name] = initializers[parameter.name]?.value(parameter.type, from: &stream)
    }
    return result
  }

  private mutating func read(_ rules: RecipeValue) throws(RecipeError) {
    let names = graph.parameters.map(\.name)
    for (key, value) in try rules.entries() {
      let name = try key.text()
      guard names.contains(name) else {
        throw key.error(
          .unknownKey, "the graph has no parameter '\(name)'; \(Suggestion.hint(for: name, among: names))")
      }
      ruled.insert(name)
      initializers[name] =
        value.isMapping
        ? .uniform(bound: try value.mapping(of: RuleKey.self).required(.uniform).number("a number above 0") { $0 > 0 })
        : .constant(try value.number())
    }
  }

  /// The initializer of a parameter from the first node with a rule for it; nil if there is none.
  private static func standard(for name: String, in graph: Graph, types: [String: TensorType]) -> Initializer? {
    for node in graph.nodes {
      for index in node.inputs.indices where node.inputs[index] == name {
        switch (node.op, index) {
        case (.gemm, 1), (.gemm, 2), (.matMul, 1):
          guard let weight = types[node.inputs[1]]?.shape, weight.rank >= 2 else { continue }
          let isTransposed = node.op == .gemm && node.attributes["transB"] == .int(1)
          return .uniform(bound: 1 / Float(weight[weight.rank - (isTransposed ? 1 : 2)]).squareRoot())
        case (.batchNormalization, 1), (.batchNormalization, 4): return .constant(1)
        case (.batchNormalization, 2), (.batchNormalization, 3): return .constant(0)
        default: continue
        }
      }
    }
    return nil
  }
}

extension Graph {
  fileprivate func named(_ name: String) -> Graph {
    var graph = self
    graph.name = name
    return graph
  }
}
