import TrainingAlgorithms
import GraphIR
import RunStore

/// The settings of an algorithm in recipes and runs. They create the algorithm from its networks.
///
/// Recipes can name the algorithm if its type is in the ``Catalogue``.
public protocol AlgorithmSettings: Sendable, Hashable, Codable {
  /// The name in recipes and runs: `wgan-gp`.
  static var name: String { get }

  /// The keys below `settings` of a recipe.
  static var table: SettingTable<Self> { get }

  /// The number of samples in a batch of training. A changed setting is then checked against layers that need more than
  /// one sample, such as `batch-norm`. nil, the default, checks nothing.
  var networkBatch: Int? { get }

  /// Whether training uses the classes of the data. A run then keeps their names. By default it does not.
  var usesLabels: Bool { get }

  /// Whether training changes its samples with an `Augmenter`. By default it does not, and `augment` in a recipe is an
  /// error.
  static var appliesAugmentation: Bool { get }

  /// The pictures of samples that training stores, drawn by the network `generator-ema` or else `generator`. By default
  /// none.
  var samples: SampleSettings { get }

  /// The value of the metric `evaluation` that ends the run before its target; nil, the default, for none.
  var stopAt: Double? { get }

  /// The evaluations of a generator during training; nil, the default, for an algorithm that trains none.
  var generatorEvaluation: GeneratorEvaluationSettings? { get }

  /// The best one of a run's evaluations: by default the least of a generator's distances, otherwise the greatest.
  var bestEvaluation: BestEvaluation { get }

  /// The default settings.
  init()

  /// Reads the networks that the algorithm needs.
  ///
  /// - Parameter value: `networks` of a recipe.
  /// - Throws: ``RecipeError`` at the wrong value.
  func networks(_ value: RecipeValue) throws(RecipeError) -> [String: RecipeNetwork]

  /// Creates the algorithm with its networks.
  ///
  /// - Parameter networks: the networks by role.
  /// - Throws: `AlgorithmError` if a setting is out of range or the networks do not fit; ``ModelZooError`` if a network
  ///   is missing.
  func algorithm(_ networks: [String: Graph]) throws -> any Algorithm
}

extension AlgorithmSettings {
  /// nil.
  public var networkBatch: Int? { nil }
  /// False.
  public var usesLabels: Bool { false }
  /// False.
  public static var appliesAugmentation: Bool { false }
  /// None.
  public var samples: SampleSettings { SampleSettings() }
  /// nil.
  public var stopAt: Double? { nil }
  /// nil.
  public var generatorEvaluation: GeneratorEvaluationSettings? { nil }
  /// The least of a generator's distances, otherwise the greatest.
  public var bestEvaluation: BestEvaluation { generatorEvaluation == nil ? .greatest : .least }

  /// Replaces the settings that `value` contains.
  ///
  /// - Throws: ``RecipeError`` at the wrong key or value.
  mutating func read(_ value: RecipeValue) throws(RecipeError) { try Self.table.read(value, into: &self) }

  /// Every setting with its value, its expected values and its meaning, in the order of the table.
  public var descriptions: [SettingDescription] { Self.table.describe(self) }

  /// Whether the settings of an algorithm equal these.
  public func isEqual(to other: any AlgorithmSettings) -> Bool { other as? Self == self }

  /// The agent's settings; nil for an algorithm that trains no agent.
  public var agent: (any AgentSettings)? { self as? any AgentSettings }
}

/// The settings of an algorithm that trains an agent in an environment.
public protocol AgentSettings: AlgorithmSettings {
  /// The environment.
  var environment: EnvironmentSettings { get set }
  /// The interval and the episodes of evaluations.
  var evaluation: EvaluationSettings { get set }
  /// The form of a policy's actions before the environment gets them.
  static var actionForm: EnvironmentSettings.ActionForm { get }
}

extension AgentSettings {
  /// The mean return that ends the run.
  public var stopAt: Double? { evaluation.stopAt }
}
