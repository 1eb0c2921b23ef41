/// Executes operators on values.
public protocol Backend: Sendable {
  /// A name for messages and for the record of a run.
  var name: String { get }

  /// Runs `op`. The arguments must fit the operator: `outputs` are the types inferred for them.
  ///
  /// - Throws: an error if this machine can't run the operator.
  func run(
    _ op: Op, inputs: [TensorValue?], attributes: Attributes, outputs: [TensorType]
  ) throws -> [TensorValue]
}

/// The backend of the reference kernels: correct and portable, but slow.
public struct ReferenceBackend: Backend {
  /// `reference`.
  public let name = "reference"

  /// The reference backend.
  public init() {}

  /// Runs the operator's ``OpDefinition/evaluate``.
  public func run(
    _ op: Op, inputs: [TensorValue?], attributes: Attributes, outputs: [TensorType]
  ) throws -> [TensorValue] {
    try op.definition.evaluate(EvaluationContext(op, inputs: inputs, attributes: attributes, outputs: outputs))
  }
}
