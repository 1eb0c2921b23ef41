import Foundation
import GraphIR
import NN

/// A network of a recipe: its graph and the initialisation of its parameters.
public struct RecipeNetwork: Sendable {
  /// The most elements that the parameters of one network may have: 4 GiB of float32.
  public static let parameterLimit = 1 << 30

  /// The network in training mode, verified.
  public let graph: Graph
  private let initialize: @Sendable (inout RandomStream) -> [String: TensorValue]

  /// Initial parameters by name, running statistics included.
  public func initialParameters(from stream: inout RandomStream) -> [String: TensorValue] { initialize(&stream) }
}

extension RecipeNetwork {
  private enum Key: String, CaseIterable { case input, labels, layers, graph, initialize }

  /// Reads `{input: [100], layers: [{linear: 128}, …]}` or `{graph: critic.graph}`; `labels` if there are classes.
  ///
  /// - Parameters:
  ///   - value: the mapping to read.
  ///   - role: the network's role, which becomes the graph's name.
  ///   - batch: the number of samples in a batch of training.
  /// - Throws: ``RecipeError``, with code `.badShape` at the first layer that does not fit the previous ones.
  public init(_ value: RecipeValue, role: String, batch: Int) throws(RecipeError) {
    try self.init(value, role: role, batch: batch, classes: nil)
  }

  /// As ``init(_:role:batch:)``, with the classes that `labels` refers to.
  init(_ value: RecipeValue, role: String, batch: Int, classes: RecipeClasses?) throws(RecipeError) {
    let network = try value.mapping(of: Key.self)
    if let file = network[.graph] {
      if let other = network[.layers] ?? network[.input] ?? network[.labels] {
        throw other.error(.badValue, "\(value.path) has a graph and also an input, labels or layers; keep one")
      }
      let source = try GraphFile(file, role: role, rules: network[.initialize], batch: batch)
      graph = source.graph
      initialize = { source.initialParameters(from: &$0) }
    } else {
      if let rules = network[.initialize] {
        throw rules.error(.badValue, "\(rules.path) is for graphs only, not for layers; leave it out")
      }
      let (input, layers) = (try network.required(.input), try network.required(.layers))
      if let labels = network[.labels], classes == nil {
        throw labels.error(.badValue, "\(labels.path) needs the setting 'classes', the number of classes; add it")
      }
      let sequential: Sequential
      if let classes {
        sequential = try classes.network(role, input: input, labels: network[.labels], layers: layers, batch: batch)
      } else {
        sequential = try Self.sequential(role, input: input.shape(), layers: layers, batch: batch)
      }
      graph = sequential.graph
      initialize = { sequential.initialParameters(from: &$0) }
    }
    try checkSize(at: value)
  }

  /// Creates a network from built layers.
  ///
  /// - Throws: ``RecipeError`` at `value` if it is too large.
  public init(_ network: Sequential, at value: RecipeValue) throws(RecipeError) {
    graph = network.graph
    initialize = { network.initialParameters(from: &$0) }
    try checkSize(at: value)
  }

  /// Creates a network from a graph without parameters.
  init(_ graph: Graph) {
    self.graph = graph
    initialize = { _ in [:] }
  }

  private func checkSize(at value: RecipeValue) throws(RecipeError) {
    let limit = Self.parameterLimit
    guard graph.parameters.allSatisfy({ $0.type.shape.elementCount <= limit }),
      graph.parameters.reduce(0, { $0 + $1.type.shape.elementCount }) <= limit
    else {
      throw value.error(.badShape, "\(value.path) has more than \(limit) elements in its parameters; make it smaller")
    }
  }

  private static func sequential(
    _ role: String, input: [Int], layers list: RecipeValue, batch: Int
  ) throws(RecipeError) -> Sequential {
    let items = try list.list(of: "a list of layers")
    guard !items.isEmpty else { throw list.error(.badValue, "\(list.path) is empty, expected at least one layer") }
    let layers = try list.layers()
    do {
      return try Sequential(role, input: input, layers: layers, batch: batch)
    } catch {
      let culprit = firstMisfit(of: layers, input: input, batch: batch).map { items[$0] } ?? list
      throw culprit.error(.badShape, "\(culprit.path) does not fit", cause: error)
    }
  }

  /// The index of the first layer that does not fit; nil if all layers fit.
  static func firstMisfit(of layers: [any Layer], input: [Int], batch: Int? = nil) -> Int? {
    func fits(_ count: Int) -> Bool {
      count == 0 || (try? Sequential("prefix", input: input, layers: Array(layers.prefix(count)), batch: batch)) != nil
    }
    guard !fits(layers.count) else { return nil }
    var (fitting, failing) = (0, layers.count)
    while failing - fitting > 1 {
      let middle = (fitting + failing) / 2
      if fits(middle) { fitting = middle } else { failing = middle }
    }
    return failing - 1
  }
}
