import Autograd
import GraphIR

/// A graph with its parameters: a function that can be called.
///
/// ```swift
/// var network = Network(model.graph, parameters: weights, requiresGrad: true)
/// let loss = Loss.mse(try network(inputs), targets)
/// let step = try optimizer.step(network.parameters, network.gradients(of: loss), state, rate: nil)
/// network = network.updated(step.parameters)
/// ```
public struct Network {
  /// The graph, verified.
  public let graph: Graph
  /// A tensor for each of its parameters, by name.
  public let parameters: [String: Tensor]
  /// The names of the parameters that ``freezing(_:)`` excluded from training.
  public let frozen: Set<String>
  private let requiresGrad: Bool
  /// The graph that ``inferenceMode()`` was called on.
  private let trainingGraph: Graph?

  /// Creates a network.
  ///
  /// - Parameters:
  ///   - graph: the graph of the network.
  ///   - parameters: the parameters by name, running statistics included. Names that the graph lacks are ignored.
  ///   - requiresGrad: whether gradients with respect to the trainable parameters are needed.
  public init(_ graph: Graph, parameters: [String: Tensor], requiresGrad: Bool = false) {
    self.init(graph, parameters, requiresGrad: requiresGrad, frozen: [], trainingGraph: nil)
  }

  private init(
    _ graph: Graph, _ parameters: [String: Tensor], requiresGrad: Bool, frozen: Set<String>, trainingGraph: Graph?
  ) {
    self.graph = graph
    self.frozen = frozen
    self.requiresGrad = requiresGrad
    self.trainingGraph = trainingGraph
    // Parameters that only the other mode reads are kept for it.
    let names = Dictionary(
      (graph.parameters + (trainingGraph?.parameters ?? [])).map { ($0.name, $0.isTrainable) }
    ) { first, _ in first }
    self.parameters = Dictionary(
      uniqueKeysWithValues: names.compactMap { name, isTrainable in
        parameters[name].map {
          (name, $0.detached(requiresGrad: requiresGrad && isTrainable && !frozen.contains(name)))
        }
      })
  }

  /// The names of the trainable parameters that are not frozen, in the graph's order.
  public var trainableNames: [String] {
    graph.parameters.filter { $0.isTrainable && !frozen.contains($0.name) }.map(\.name)
  }

  /// The first output for `input`.
  ///
  /// - Throws: `GraphError` if the input does not fit.
  public func callAsFunction(_ input: Tensor) throws -> Tensor { try self([input])[0] }

  /// The outputs for `inputs`, both in the graph's order.
  ///
  /// - Throws: `GraphError` if an input does not fit.
  public func callAsFunction(_ inputs: [Tensor]) throws -> [Tensor] {
    try graph(inputs, parameters: parameters).outputs
  }

  /// Every output by its name, for `input`.
  ///
  /// - Throws: `GraphError` if the input does not fit.
  public func outputs(_ input: Tensor) throws -> [String: Tensor] { named(try self([input])) }

  /// Every output by its name, for inputs by their names.
  ///
  /// - Throws: ``NNError`` if inputs are missing or unknown, `GraphError` if an input does not fit.
  public func outputs(_ inputs: [String: Tensor]) throws -> [String: Tensor] {
    let names = graph.inputs.map(\.name)
    let found = names.compactMap { inputs[$0] }
    guard found.count == names.count, inputs.count == names.count else {
      throw NNError(
        .network,
        """
        network '\(graph.name)': expected the inputs \(names.joined(separator: ", ")), found \
        \(inputs.isEmpty ? "none" : inputs.keys.sorted().joined(separator: ", "))
        """)
    }
    return named(try self(found))
  }

  private func named(_ outputs: [Tensor]) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: zip(graph.outputs.map(\.name), outputs))
  }

  /// The first output, and the next running statistics, which carry no gradient.
  ///
  /// - Throws: `GraphError` if the input does not fit.
  public func training(_ input: Tensor) throws -> (output: Tensor, updates: [String: Tensor]) {
    let result = try training([input])
    return (result.outputs[0], result.updates)
  }

  /// The outputs in the graph's order, and the next running statistics, which carry no gradient.
  ///
  /// - Throws: `GraphError` if an input does not fit.
  public func training(_ inputs: [Tensor]) throws -> (outputs: [Tensor], updates: [String: Tensor]) {
    let result = try graph(inputs, parameters: parameters)
    return (result.outputs, result.updates.mapValues { $0.detached() })
  }

  /// The gradient of a scalar with respect to every trainable parameter, by name; zeros if it does not depend on one.
  ///
  /// - Parameters:
  ///   - loss: the scalar.
  ///   - retainGraph: keeps the graph of the loss, for the gradients of another network of the same loss. By default it
  ///     is freed, as by `grad`.
  /// - Throws: `AutogradError`.
  public func gradients(of loss: Tensor, retainGraph: Bool = false) throws -> [String: Tensor] {
    let names = trainableNames
    let gradients = try grad(
      [loss], names.compactMap { parameters[$0] }, retainGraph: retainGraph, materializeGrads: true)
    return Dictionary(uniqueKeysWithValues: zip(names, gradients.compactMap { $0 }))
  }
}

extension Network {
  /// The network with new values of some parameters, such as those after a step of an optimiser.
  public func updated(_ parameters: [String: Tensor]) -> Network {
    copy(graph, trainingGraph, self.parameters.merging(parameters) { $1 })
  }

  /// The network in inference mode: see `Graph.inferenceMode()`.
  public func inferenceMode() -> Network { copy(graph.inferenceMode(), trainingGraph ?? graph) }

  /// The network in training mode: the one before ``inferenceMode()``, otherwise see `Graph.trainingMode()`.
  public func trainingMode() -> Network { copy(trainingGraph ?? graph.trainingMode(), nil) }

  /// The network with the named parameters frozen. They require no gradient and have none in
  /// ``gradients(of:retainGraph:)``, so an optimiser does not change them.
  ///
  /// - Parameter names: parameters, or prefixes of their names up to a dot: `linear1` stands for `linear1.weight` and
  ///   `linear1.bias`.
  /// - Throws: ``NNError`` for a name that no trainable parameter has.
  public func freezing(_ names: String...) throws -> Network {
    let all = graph.parameters.filter(\.isTrainable).map(\.name)
    return copy(graph, trainingGraph, frozen: frozen.union(try Set(names.flatMap { try matches($0, in: all) })))
  }

  /// The network with the named parameters trainable again; by default all frozen ones.
  ///
  /// - Parameter names: as for ``freezing(_:)``.
  /// - Throws: ``NNError`` for a name without a frozen parameter.
  public func unfreezing(_ names: String...) throws -> Network {
    guard !names.isEmpty else { return copy(graph, trainingGraph, frozen: []) }
    let thawed = try Set(names.flatMap { try matches($0, in: frozen.sorted()) })
    return copy(graph, trainingGraph, frozen: frozen.subtracting(thawed))
  }

  private func matches(_ name: String, in all: [String]) throws -> [String] {
    let found = all.filter { $0 == name || $0.hasPrefix("\(name).") }
    guard found.isEmpty else { return found }
    let known = all.isEmpty ? "none" : all.joined(separator: ", ")
    throw NNError(.network, "network '\(graph.name)': no parameter '\(name)', expected one of: \(known)")
  }

  private func copy(
    _ graph: Graph, _ trainingGraph: Graph?, _ parameters: [String: Tensor]? = nil, frozen: Set<String>? = nil
  ) -> Network {
    Network(
      graph, parameters ?? self.parameters, requiresGrad: requiresGrad, frozen: frozen ?? self.frozen,
      trainingGraph: trainingGraph)
  }
}
