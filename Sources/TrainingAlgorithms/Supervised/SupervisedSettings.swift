import NN

/// The settings of supervised learning.
public struct SupervisedSettings: Sendable, Hashable, Codable {
  /// The losses.
  public enum LossName: String, Sendable, Codable, CaseIterable {
    /// Cross-entropy of the classes; the network's outputs are logits.
    case crossEntropy = "cross-entropy"
    /// The mean squared error of the targets.
    case mse
  }

  /// Samples of an update.
  public var batch = 64
  /// The loss.
  public var loss = LossName.crossEntropy
  /// The share of each target that is spread over all classes. Source: arXiv:1512.00567.
  public var labelSmoothing = 0.0
  /// The learning rate.
  public var rate = Schedule.constant(1e-3)
  /// The optimiser.
  public var optimizer = AnyOptimizer(Adam())
  /// The steps between evaluations on the samples for validation.
  public var evaluateEvery = 1000
  /// The accuracy, or R² of a regression, that ends the run; nil to train to the target.
  public var stopAt: Double?

  /// PyTorch's defaults of Adam, batches of 64.
  public init() {}
}
