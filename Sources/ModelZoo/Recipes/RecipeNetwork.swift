import Foundation
import GraphIR
import NN

/// A network of a recipe: what it computes and how its parameters begin.
public struct RecipeNetwork: Sendable {
  /// The most elements that the parameters of one network may have: 4 GiB of float32.
  public static let parameterLimit = 1 << 30

  /// The network in training mode, verified.
  public let graph: Graph
  private let initialize: @Sendable (inout RandomStream) -> [String: TensorValue]

  /// New parameters by name, running statistics included.
  public func initialParameters(from stream: inout RandomStream) -> [String: TensorValue] { initialize(&stream) }
}

extension RecipeNetwork {
  private enum Key: String, CaseIterable { case input, layers }

  /// Reads `{input: [100], layers: [{linear: 128}, …]}`.
  ///
  /// - Throws: ``RecipeError``; with code `.badShape` at the first layer that does not fit those before it.
  init(_ value: RecipeValue, role: String) throws(RecipeError) {
    let network = try value.mapping(of: Key.self)
    let input = try network.required(.input).shape()
    let list = try network.required(.layers)
    let items = try list.list(of: "a list of layers")
    guard !items.isEmpty else { throw list.error(.badValue, "\(list.path) is empty, expected at least one layer") }
    let layers = try items.map(LayerVocabulary.layer)
    do {
      let sequential = try Sequential(role, input: input, layers: layers)
      graph = sequential.graph
      initialize = { sequential.initialParameters(from: &$0) }
    } catch {
      let culprit = items[Self.firstMisfit(of: layers, input: input)]
      throw culprit.error(.badShape, "\(culprit.path) does not fit", cause: error)
    }
    let count = graph.parameters.reduce(0) { $0 + $1.type.shape.elementCount }
    guard count <= Self.parameterLimit else {
      throw value.error(
        .badShape, "\(value.path) has \(count) numbers in its parameters, expected at most \(Self.parameterLimit)")
    }
  }

  /// The index of the layer at which a network that can't be built fails.
  private static func firstMisfit(of layers: [any Layer], input: [Int]) -> Int {
    var (fitting, failing) = (0, layers.count)
    while failing - fitting > 1 {
      let middle = (fitting + failing) / 2
      if (try? Sequential("prefix", input: input, layers: Array(layers.prefix(middle)))) == nil {
        failing = middle
      } else {
        fitting = middle
      }
    }
    return failing - 1
  }
}
