import Autograd
import GraphIR
import TestSupport
import Testing

/// A graph has no obstacles if and only if it can be differentiated.
@Suite("Graph.differentiability against gradients")
struct DifferentiabilityPropertyTests {
  /// Whether every variable on which an output depends gets a gradient, and all derivatives up to `order` exist.
  private static func differentiates(_ graph: Graph, _ feeds: [String: TensorValue], order: Int) throws -> Bool {
    var needed = Set(graph.outputs.map(\.name))
    for node in graph.nodes.reversed() where node.op != .shape && node.op != .size {
      if !needed.isDisjoint(with: node.outputs) { needed.formUnion(node.inputs) }
    }
    func tensor(_ name: String, isVariable: Bool) throws -> Tensor {
      let value = try #require(feeds[name])
      return Tensor(value).detached(requiresGrad: isVariable && value.dtype.isFloatingPoint)
    }
    let inputs = try graph.inputs.map { try tensor($0.name, isVariable: true) }
    var parameters: [String: Tensor] = [:]
    for parameter in graph.parameters {
      parameters[parameter.name] = try tensor(parameter.name, isVariable: parameter.isTrainable)
    }
    let named =
      Array(zip(graph.inputs.map(\.name), inputs))
      + parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let leaves = named.filter { needed.contains($0.0) && $0.1.requiresGrad }.map(\.1)
    guard !leaves.isEmpty else { return true }
    var results = try graph(inputs, parameters: parameters).outputs.filter(\.requiresGrad)
    for current in 1...order {
      guard !results.isEmpty else { return current > 1 }
      let vectors = results.map { Tensor.ones(like: $0).detached(requiresGrad: true) }
      guard
        let gradients = try? grad(results, leaves, gradOutputs: vectors, createGraph: true, allowUnused: true)
      else { return false }
      // A gradient depends on its vector. A derivative that depends on nothing is zero.
      if current == 1, gradients.contains(where: { $0?.requiresGrad != true }) { return false }
      results = gradients.compactMap { $0 }.filter(\.requiresGrad)
    }
    return true
  }

  private static func check(_ graph: Graph, _ feeds: [String: TensorValue], order: Int, _ what: String) throws -> Bool {
    let found = try graph.differentiability(order: order)
    let differentiates = try differentiates(graph, feeds, order: order)
    #expect(found.isEmpty == differentiates, "\(what), order \(order): \(found)")
    return differentiates
  }

  @Test("every operator", arguments: Op.allCases, [1, 2])
  func operators(op: Op, order: Int) throws {
    for example in OpExamples.examples(of: op).flatMap({ [$0] + $0.emptied(limit: 6) }) {
      // In an empty tensor, no index is valid.
      guard (try? example.evaluate()) != nil else { continue }
      _ = try Self.check(example.graph(), example.feeds, order: order, "\(example) \(example.inputs)")
    }
  }

  @Test("random graphs", arguments: [false, true])
  func randomGraphs(hasEmpty: Bool) throws {
    var count = 0
    for seed in 0..<150 {
      var generator = SplitMix64(seed: UInt64(seed))
      let (graph, feeds) = try RandomGraph.computing(&generator, hasEmpty: hasEmpty)
      for order in [1, 2] { count += try Self.check(graph, feeds, order: order, "seed \(seed)") ? 1 : 0 }
    }
    #expect((30...295).contains(count), "\(count) of 300 differentiate")
  }

  @Test("shapes that the graph computes, with a batch of 3 and a symbolic one", arguments: ShapeGraph.allCases)
  func computedShapes(_ kind: ShapeGraph) throws {
    for batch in kind.takesSymbols ? [3, -1] : [3] {
      let graph = try kind.graph(batch: batch)
      var feeds: [String: TensorValue] = [:]
      for (name, type) in graph.inputs.map({ ($0.name, $0.type) }) + graph.parameters.map({ ($0.name, $0.type) }) {
        let shape = Shape(type.shape.map { $0 < 0 ? 3 : $0 })
        feeds[name] = TensorValue((0..<shape.elementCount).map { Float($0 % 13) / 4 - 1 }, shape: shape)
      }
      for order in 1...3 {
        #expect(try Self.check(graph, feeds, order: order, "\(kind), batch \(batch)"))
      }
    }
  }
}
