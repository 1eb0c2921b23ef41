import Autograd
import GraphIR

/// A network written as a list of layers, and its graph.
public struct Sequential: Sendable {
  /// The network in training mode: input `input`, output of the last layer, a symbolic first dimension `batch`.
  public let graph: Graph
  /// The initialiser of each parameter, in the order of the layers.
  public let initializers: [(name: String, initializer: Initializer)]

  /// Traces `layers` on an input of shape [batch] + `input`.
  ///
  /// - Parameters:
  ///   - name: the name of the graph, also in errors.
  ///   - input: the shape of a sample.
  ///   - layers: at least one.
  ///   - dtype: the element type of input and parameters: float32 for work, float64 for checks.
  ///   - batch: the number of samples per training batch, if known.
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
  ///   - name: the name of the graph, also in errors.
  ///   - input: the shape of a sample.
  ///   - dtype: the element type of input and parameters.
  ///   - batch: the number of samples per training batch, if known.
  ///   - body: returns the outputs and their names; nil for a name chosen by the trace.
  /// - Throws: ``NNError`` if an extent of the input is not positive; errors of `body`.
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
