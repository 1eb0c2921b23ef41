import Autograd
import GraphIR

/// The rule that all layers which normalise values by each other share.
///
/// A number that is normalised by itself alone becomes the same whatever it was. So no gradient comes through the
/// layer, and what is before it does not learn.
enum Normalization {
  /// The number of values that a call normalises by each other; nil where that is not known, or where it normalises
  /// none.
  ///
  /// - Parameter batch: stands for the first symbolic extent, where it is known.
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

  /// Why a call lets no gradient through to its input; nil where it may.
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
      "the input is \(input), expected more than 1 value at a time to normalise: one alone becomes \(result), "
      + "whatever it was, and no gradient comes through; \(advice)"
  }
}

extension LayerScope {
  /// Checks that a gradient comes through a call.
  ///
  /// - Throws: ``NNError`` where the call normalises single numbers.
  func check(_ op: Op, _ x: Tensor, _ attributes: Attributes) throws {
    guard let obstacle = Normalization.obstacle(op, of: x.shape, attributes, batch: batch) else { return }
    throw NNError(.shape, "\(name): \(obstacle)")
  }
}

extension Graph {
  /// Checks that a gradient comes through the normalisations on the way from inputs to outputs.
  ///
  /// - Parameter batch: the number of samples that the graph is trained with, which its first symbol stands for; nil
  ///   where it is not known.
  /// - Throws: ``NNError`` at the first node that normalises single numbers, ``GraphError`` where the graph is no valid
  ///   one.
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
