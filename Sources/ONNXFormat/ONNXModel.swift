import GraphIR

/// A graph with the values of its parameters and the metadata of an ONNX file.
public struct ONNXModel: Hashable, Sendable {
  /// The graph.
  public var graph: Graph
  /// The value of each of the graph's parameters, by name.
  public var parameters: [String: TensorValue]
  /// Default values of inputs, by name.
  public var defaults: [String: TensorValue]
  /// The program that wrote the model; empty if unknown.
  public var producerName: String
  /// The version of that program; empty if unknown.
  public var producerVersion: String
  /// A description of the model for people.
  public var documentation: String
  /// Other metadata by key, for example the run, the step and the digest of the state that the parameters are from.
  public var metadata: [String: String]
  /// The steps that train the model.
  public var training: [TrainingStep]

  /// A model.
  public init(
    graph: Graph, parameters: [String: TensorValue], defaults: [String: TensorValue] = [:], producerName: String = "",
    producerVersion: String = "",
    documentation: String = "", metadata: [String: String] = [:], training: [TrainingStep] = []
  ) {
    self.graph = graph
    self.parameters = parameters
    self.defaults = defaults
    self.producerName = producerName
    self.producerVersion = producerVersion
    self.documentation = documentation
    self.metadata = metadata
    self.training = training
  }
}
