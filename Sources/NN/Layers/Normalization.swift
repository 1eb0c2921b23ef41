import Autograd
import GraphIR

/// The rule of all layers that normalise values by each other.
///
/// A number that is normalised alone always becomes the same number. No gradient passes through the layer, and the
/// layers before it do not learn.
enum Normalization {
  /// The number of values that a call normalises by each other; nil if it is not known, or if the call does not
  /// normalise.
  ///
  /// - Parameters:
  ///   - op: the operator.
  ///   - shape: the shape of its first input.
  ///   - attributes: the attributes that differ from the operator's defaults.
  ///   - batch: the value of the first symbolic extent, if known.
  static func count(_ op: Op, of shape: Shape, _ attributes: Attributes, batch: Int?) -> Int? {
    let shape = Shape(shape.map { $0 == -1 ? batch ?? $0 : $0 })
    let attributes = ResolvedAttributes(op, attributes)
    func product(_ extents: some Sequence<Int>) -> Int? {
      extents.allSatisfy { $0 > 0 } ? extents.reduce(1, *) : nil
    }
    func axis() -> Int? { shape.normalized(axis: attributes.int("axis") ?? -1) }
    switch op {
    case .layerNormalization, .rmsNormalization: return axis().flatMap { product(shape[$0...]) }
    case .softmax, .logSoftmax: return axis().flatMap { product([shape[$0]]) }
    case .groupNormalization:
      return product(shape.dropFirst()).map { $0 / max(attributes.int("num_groups") ?? 1, 1) }
    case .instanceNormalization: return product(shape.dropFirst(2))
    case .batchNormalization where attributes.flag("training_mode"):
      return product(Array(shape.prefix(1)) + shape.dropFirst(2))
    default: return nil
    }
  }

  /// The reason why a call passes no gradient to its input; nil if it may pass one.
  static func obstacle(_ op: Op, of shape: Shape, _ attributes: Attributes, batch: Int?) -> String? {
    guard count(op, of: shape, attributes, batch: batch) == 1 else { return nil }
    let result =
      switch op {
      case .rmsNormalization: "its sign"
      case .softmax: "1"
      default: "0"
      }
    let sample = Shape(shape.dropFirst())
    let (input, advice) =
      op == .batchNormalization
      ? ("a batch of \(batch ?? shape[0]) samples of \(sample)", "leave it out or take a larger batch")
      : ("samples of \(sample)", "leave it out")
    return
      "the input is \(input), expected more than 1 value at a time to normalise: a single value becomes \(result), "
      + "and no gradient passes; \(advice)"
  }
}

extension LayerScope {
  /// Checks that a call passes a gradient.
  ///
  /// - Throws: ``NNError`` if the call normalises single numbers.
  func check(_ op: Op, _ x: Tensor, _ attributes: Attributes) throws {
    guard let obstacle = Normalization.obstacle(op, of: x.shape, attributes, batch: batch) else { return }
    throw NNError(.shape, "\(name): \(obstacle)")
  }
}

extension Graph {
  /// Checks that the normalisations between inputs and outputs pass gradients.
  ///
  /// - Parameter batch: the number of samples per training batch, the value of the first symbol; nil if it is not
  ///   known.
  /// - Throws: ``NNError`` at the first node that normalises single numbers, `GraphError` for an invalid graph.
  public func checkNormalizations(batch: Int?) throws {
    let types = try verify()
    for node in nodes {
      guard let shape = types[node.inputs.first ?? ""]?.shape,
        let obstacle = Normalization.obstacle(node.op, of: shape, node.attributes, batch: batch)
      else { continue }
      throw NNError(.shape, "node '\(node.name)' (\(node.op.rawValue)): \(obstacle)")
    }
  }
}
