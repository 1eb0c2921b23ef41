import Autograd
import GraphIR

/// A network written as a list of layers, and the graph that it is.
public struct Sequential: Sendable {
  /// The network in training mode: input `input`, output of the last layer, a symbolic first dimension `batch`.
  public let graph: Graph
  /// How each parameter begins, in the order of the layers.
  public let initializers: [(name: String, initializer: Initializer)]

  /// Traces `layers` on an input of shape [batch] + `input`.
  ///
  /// - Parameters:
  ///   - name: what the graph and errors are called after.
  ///   - input: the shape of a sample.
  ///   - layers: at least one.
  ///   - dtype: the element type of input and parameters: float32 for work, float64 for checks.
  ///   - batch: the number of samples that the network is trained with, where it is known.
  /// - Throws: ``NNError`` that names the network and the layer that does not fit.
  public init(
    _ name: String, input: [Int], layers: [any Layer], dtype: DataType = .float32, batch: Int? = nil
  ) throws {
    guard !layers.isEmpty else { throw NNError(.network, "network '\(name)' has no layers") }
    try self.init(name, input: input, dtype: dtype, batch: batch) { x, scope in
      [(nil, try scope.apply(layers, to: x, of: "network '\(name)'"))]
    }
  }

  /// Traces a network with several outputs on an input of shape [batch] + `input`.
  ///
  /// - Parameters:
  ///   - name: what the graph and errors are called after.
  ///   - input: the shape of a sample.
  ///   - dtype: the element type of input and parameters.
  ///   - batch: the number of samples that the network is trained with, where it is known.
  ///   - body: gives the outputs and what they are called; nil for a name of the trace's own.
  /// - Throws: ``NNError`` where the input has no extents, and what `body` throws.
  public init(
    _ name: String, input: [Int], dtype: DataType = .float32, batch: Int? = nil,
    body: (_ x: Tensor, _ scope: LayerScope) throws -> [(name: String?, tensor: Tensor)]
  ) throws {
    guard input.allSatisfy({ $0 > 0 }) else {
      throw NNError(.shape, "network '\(name)': input \(input), expected positive extents without the batch")
    }
    let trace = Trace(name: name, symbols: ["batch"])
    var initializers: [(name: String, initializer: Initializer)] = []
    let scope = LayerScope(
      name: "", trace: trace, dtype: dtype, declare: { initializers.append(($0, $1)) }, batch: batch)
    for output in try body(trace.input("input", TensorType(dtype, Shape([-1] + input))), scope) {
      if let name = output.name {
        try trace.output(output.tensor, named: name)
      } else {
        try trace.output(output.tensor)
      }
    }
    graph = trace.graph
    self.initializers = initializers
    try graph.verify()
  }

  /// New parameters by name, drawn in the order of the layers.
  public func initialParameters(from stream: inout RandomStream) -> [String: TensorValue] {
    var values: [String: TensorValue] = [:]
    for (parameter, (name, initializer)) in zip(graph.parameters, initializers) {
      values[name] = initializer.value(parameter.type, from: &stream)
    }
    return values
  }
}
