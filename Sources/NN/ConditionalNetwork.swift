import Autograd
import GraphIR

/// Generators and critics that depend on the class of a sample.
///
/// Such a network has a second input `labels`, [batch] of int64, from 0 to the number of classes − 1.
public enum ConditionalNetwork {
  /// The place of the labels in a critic.
  public enum Labels: String, Sendable, CaseIterable {
    /// One-hot vectors, concatenated to the samples on axis 1: elements of vectors, planes of images.
    /// Source: arXiv:1411.1784.
    case concat
    /// The inner product of the class's embedding with the input of the last layer, added to the score.
    /// Source: arXiv:1802.05637, equation 3.
    case projection
  }

  /// The name of the input.
  public static let labels = "labels"

  /// A generator whose noise is followed by the embedding of a label.
  ///
  /// - Parameters:
  ///   - name: the name of the graph, also in errors.
  ///   - noise: the number of noise values of a sample.
  ///   - classes: the number of classes.
  ///   - embedding: the number of values of a class; they are the parameter `embedding.weight`.
  ///   - layers: at least one.
  ///   - batch: the number of samples per training batch, if known.
  /// - Throws: ``NNError`` that names the layer that does not fit.
  public static func generator(
    _ name: String, noise: Int, classes: Int, embedding: Int, layers: [any Layer], batch: Int? = nil
  ) throws -> Sequential {
    try Sequential(name, input: [noise], batch: batch) { z, scope in
      let classes = try Embedding(classes, embedding)(scope.labels(), in: scope.child(Embedding.kind))
      return [(nil, try scope.apply(layers, to: concatenated([z, classes], axis: 1), of: "network '\(name)'"))]
    }
  }

  /// A critic of samples and labels, or one that also classifies samples: arXiv:1610.09585.
  ///
  /// - Parameters:
  ///   - name: the name of the graph, also in errors.
  ///   - input: the shape of a sample.
  ///   - classes: the number of classes.
  ///   - labels: the place of the labels; nil for a critic without them.
  ///   - classifies: whether there is a second output `classes`, the logits [batch, classes], of a linear layer
  ///     `classifier` beside the last one.
  ///   - layers: at least one. With a projection or a classifier, the last one takes [batch, features].
  ///   - batch: the number of samples per training batch, if known.
  /// - Throws: ``NNError`` that names the layer that does not fit.
  public static func critic(
    _ name: String, input: [Int], classes: Int, labels: Labels?, classifies: Bool = false, layers: [any Layer],
    batch: Int? = nil
  ) throws -> Sequential {
    try Sequential(name, input: input, batch: batch) { x, scope in
      let given = try labels.map { _ in try scope.labels() }
      var x = x
      if labels == .concat, let given { x = concatenated([x, planes(of: given, classes, like: input)], axis: 1) }
      let steps = try scope.steps(of: layers, from: x, of: "network '\(name)'")
      guard let last = layers.last, let output = steps.last else {
        throw NNError(.network, "network '\(name)' has no layers")
      }
      var score = output
      let features = steps[steps.count - 2]
      guard features.shape.rank == 2 || (labels != .projection && !classifies) else {
        throw NNError(
          .shape,
          "network '\(name)': the input of the last layer is \(features.shape), expected [batch, features] for a "
            + "projection or a classifier; put a flatten layer before it")
      }
      if labels == .projection, let given {
        let table = Embedding(classes, features.shape[1])
        // The product with a normalised last layer is normalised, too, as in the paper.
        let embedding: any Layer = last is SpectralNorm ? SpectralNorm(table) : table
        let vectors = try embedding(given, in: scope.child(Embedding.kind))
        score = score + (vectors * features).sum([1], keepDims: true)
      }
      guard classifies else { return [(nil, score)] }
      return [("score", score), ("classes", try Linear(classes)(features, in: scope.child("classifier")))]
    }
  }

  /// One-hot vectors as elements or planes of samples: [batch, classes, …] with the extents of a sample.
  private static func planes(of labels: Tensor, _ classes: Int, like sample: [Int]) -> Tensor {
    let vectors = labels.oneHot(classes)
    guard sample.count > 1 else { return vectors }
    let extents = sample.dropFirst()
    let cells = vectors.reshaped([-1, classes] + extents.map { _ in 1 })
    return cells * Tensor.ones(Shape([1, 1] + extents))
  }
}

extension LayerScope {
  /// The network's input of labels, [batch] of int64.
  fileprivate func labels() throws -> Tensor {
    try trace.input(ConditionalNetwork.labels, TensorType(.int64, [-1]))
  }
}
