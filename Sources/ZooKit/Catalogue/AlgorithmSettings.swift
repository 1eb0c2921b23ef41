import Algorithms
import GraphIR

/// The settings of an algorithm, as recipes and runs have them, and how networks become the algorithm.
///
/// Add the type to a ``Catalogue``, and recipes can name the algorithm.
public protocol AlgorithmSettings: Sendable, Hashable, Codable {
  /// The name that recipes use and runs keep: `wgan-gp`.
  static var name: String { get }

  /// The keys below `settings` of a recipe.
  static var table: SettingTable<Self> { get }

  /// The number of samples that the networks are trained with, on which layers such as `batch-norm` depend; nil, the
  /// default, for an algorithm whose networks have no such layers.
  var networkBatch: Int? { get }

  /// The defaults.
  init()

  /// Reads the networks that the algorithm needs.
  ///
  /// - Parameter value: `networks` of a recipe.
  /// - Throws: ``RecipeError`` at the value that is wrong.
  func networks(_ value: RecipeValue) throws(RecipeError) -> [String: RecipeNetwork]

  /// The algorithm with its networks.
  ///
  /// - Parameter networks: the networks by role.
  /// - Throws: `AlgorithmError` if a setting is out of range or networks do not fit, ``ModelZooError`` if one is missing.
  func algorithm(_ networks: [String: Graph]) throws -> any Algorithm
}

extension AlgorithmSettings {
  /// None.
  public var networkBatch: Int? { nil }

  /// Replaces the settings that `value` has.
  ///
  /// - Throws: ``RecipeError`` at the key or the value that is wrong.
  mutating func read(_ value: RecipeValue) throws(RecipeError) { try Self.table.read(value, into: &self) }

  /// Every setting with its value, its expected values and its meaning, in the order of the table.
  public var descriptions: [SettingDescription] { Self.table.describe(self) }

  /// Whether another algorithm's settings are these.
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
