import Autograd
import GraphIR

/// A graph with its parameters: a function that can be called.
public struct Network {
  /// The graph, verified.
  public let graph: Graph
  /// A tensor for each of its parameters, by name.
  public let parameters: [String: Tensor]

  /// A network.
  ///
  /// - Parameters:
  ///   - parameters: by name; running statistics included, others than the graph's left aside.
  ///   - requiresGrad: whether gradients with respect to the trainable parameters are wanted.
  public init(_ graph: Graph, parameters: [String: Tensor], requiresGrad: Bool = false) {
    self.graph = graph
    self.parameters = Dictionary(
      uniqueKeysWithValues: graph.parameters.compactMap { parameter in
        parameters[parameter.name].map {
          (parameter.name, $0.detached(requiresGrad: requiresGrad && parameter.isTrainable))
        }
      })
  }

  /// The names of the trainable parameters, in the graph's order.
  public var trainableNames: [String] { graph.parameters.filter(\.isTrainable).map(\.name) }

  /// The first output for `input`.
  ///
  /// - Throws: ``GraphError`` where the input does not fit.
  public func callAsFunction(_ input: Tensor) throws -> Tensor { try graph([input], parameters: parameters).outputs[0] }

  /// Every output by its name, for `input`.
  ///
  /// - Throws: ``GraphError`` where the input does not fit.
  public func outputs(_ input: Tensor) throws -> [String: Tensor] {
    let outputs = try graph([input], parameters: parameters).outputs
    return Dictionary(uniqueKeysWithValues: zip(graph.outputs.map(\.name), outputs))
  }

  /// The first output, and what the running statistics become, which carry no gradient.
  ///
  /// - Throws: ``GraphError`` where the input does not fit.
  public func training(_ input: Tensor) throws -> (output: Tensor, updates: [String: Tensor]) {
    let result = try graph([input], parameters: parameters)
    return (result.outputs[0], result.updates.mapValues { $0.detached() })
  }

  /// The gradient of a scalar with respect to every trainable parameter, by name; zeros where it does not depend on one.
  ///
  /// - Throws: ``AutogradError``.
  public func gradients(of loss: Tensor) throws -> [String: Tensor] {
    let names = trainableNames
    let gradients = try grad([loss], names.compactMap { parameters[$0] }, materializeGrads: true)
    return Dictionary(uniqueKeysWithValues: zip(names, gradients.compactMap { $0 }))
  }
}
