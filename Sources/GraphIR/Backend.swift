/// What runs operators on values.
public protocol Backend: Sendable {
  /// A name for messages and for the record of a run.
  var name: String { get }

  /// Runs `op`. Arguments fit the operator: shape inference has found `outputs` for them.
  ///
  /// - Throws: what keeps the operator from running on this machine.
  func run(
    _ op: Op, inputs: [TensorValue?], attributes: Attributes, outputs: [TensorType]
  ) throws -> [TensorValue]
}

/// The backend of the reference kernels: correct, everywhere, slow.
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
