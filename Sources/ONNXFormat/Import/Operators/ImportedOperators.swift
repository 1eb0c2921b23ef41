import GraphIR

/// The operators that models may use and graphs lack: those that simpler operators express, and older versions.
enum ImportedOperators {
  /// The outputs of a call in terms of the vocabulary; nil for one that can't be asked for.
  typealias Composition = @Sendable (GraphImport, OperatorCall) throws -> [CompositionValue?]

  /// Compositions by ONNX's name.
  static let compositions: [String: Composition] = [
    bits, elementwise, fourier, losses, nGrams, normalizations, pooling, positions, quantization, regions, sampling,
    selection, signals, stateSpaces, transformers, values,
  ].reduce(into: [:]) { $0.merge($1) { _, _ in preconditionFailure("two compositions of one name") } }

  /// Compositions of ONNX's other domains.
  static let others: [String: [String: Composition]] = [
    trainingDomain: training, previewDomain: preview, learningDomain: learning.merging(trees) { first, _ in first },
  ]

  /// The composition of a call; nil if the vocabulary has its operator in this version.
  static func composition(of call: OperatorCall, _ graph: GraphImport) throws -> Composition? {
    guard call.domain == Signature.onnxDomain else { return others[call.domain]?[call.opType] }
    guard let variant = variants[call.opType] else { return compositions[call.opType] }
    return try variant.applies(graph, call) ? variant.composition : nil
  }

  /// Whether models may use the operator `name` of a domain.
  static func contains(_ name: String, domain: String) -> Bool {
    domain == Signature.onnxDomain ? isStandard(name) : others[domain]?[name] != nil
  }

  private static func isStandard(_ name: String) -> Bool {
    name == "Constant" || name == "Scatter" || compositions[name] != nil || ControlOperator(rawValue: name) != nil
      || SequenceOperator(rawValue: name) != nil
      || Op(rawValue: name).map { $0.definition.signature.domain == Signature.onnxDomain } == true
  }
}
