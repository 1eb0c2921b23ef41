import TrainingAlgorithms
import GraphIR

/// The part of a recipe for supervised learning.
extension SupervisedSettings: AlgorithmSettings {
  /// `supervised`.
  public static let name = "supervised"
  /// True.
  public static let appliesAugmentation = true

  /// The keys below `settings`.
  public static let table: SettingTable<Self> = [
    .init("batch", \.batch, .count, "Samples of an update."),
    .init("loss", \.loss, .choice, "Cross-entropy of classes, or the mean squared error of targets."),
    .init("labelSmoothing", \.labelSmoothing, .fraction, "The share of each target that is spread over all classes."),
    .init("rate", \.rate, .schedule, "The learning rate."),
    .optimizer(\.optimizer),
    .init("evaluateEvery", \.evaluateEvery, .count, "Steps between evaluations on the samples for validation."),
    .init(
      "stop",
      [
        .init(
          "evaluation", \.stopAt, .number, "The accuracy, or R² of a regression, that ends the run; none for no end.")
      ]),
  ]

  /// The samples of an update.
  public var networkBatch: Int? { batch }

  /// Reads `{network: {input: [1, 28, 28], layers: […]}}`.
  ///
  /// - Throws: ``RecipeError`` at the wrong network.
  public func networks(_ value: RecipeValue) throws(RecipeError) -> [String: RecipeNetwork] {
    let network = try value.roles([Supervised.role])[0]
    return [Supervised.role: try RecipeNetwork(network, role: Supervised.role, batch: batch)]
  }

  /// Creates the algorithm with its network.
  ///
  /// - Throws: `AlgorithmError`, or ``ModelZooError`` if the network is missing.
  public func algorithm(_ networks: [String: Graph]) throws -> any Algorithm {
    try Supervised(networks.network(Supervised.role), settings: self)
  }
}
