import GraphIR

/// A step that trains a model: ONNX's `TrainingInfoProto`.
///
/// Parameters of both graphs are parameters of the model, by name. Names of other values differ from those of the
/// model's graph: ONNX defines a step on both graphs together.
public struct TrainingStep: Hashable, Sendable {
  /// The step. Its updates are the next values of parameters (`update_binding`).
  public var algorithm: Graph
  /// The reset of parameters before training; its updates are their initial values (`initialization_binding`). Nil if
  /// training begins with the values in the file.
  public var initialization: Graph?

  /// A step.
  public init(algorithm: Graph, initialization: Graph? = nil) {
    self.algorithm = algorithm
    self.initialization = initialization
  }
}
