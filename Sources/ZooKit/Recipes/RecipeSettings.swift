import Algorithms
import Foundation
import GraphIR

/// The numbers of an algorithm, as recipes and runs have them.
protocol RecipeSettings: Sendable, Hashable, Codable {
  /// The keys below `settings`.
  static var table: SettingTable<Self> { get }

  /// The usual numbers.
  init()

  /// The numbers with the algorithm that they are of.
  var wrapped: AlgorithmSettings { get }

  /// Reads the networks that the algorithm needs.
  ///
  /// - Parameters:
  ///   - value: `networks` of a recipe.
  ///   - folder: where the files are that it names; nil where there are none.
  /// - Throws: ``RecipeError`` at what is wrong.
  func networks(_ value: RecipeValue, folder: URL?) throws(RecipeError) -> [String: RecipeNetwork]

  /// The algorithm with networks, by role.
  ///
  /// - Throws: `AlgorithmError` where a number is out of range or networks do not fit, ``ModelZooError`` where one is missing.
  func algorithm(_ networks: [String: Graph]) throws -> any RunnableAlgorithm
}

extension RecipeSettings {
  /// The numbers with those that `value` has in the place of their own.
  func reading(_ value: RecipeValue) throws(RecipeError) -> AlgorithmSettings {
    var settings = self
    try Self.table.read(value, into: &settings)
    return settings.wrapped
  }
}

/// The numbers of an algorithm that trains an agent in an environment.
protocol AgentSettings: RecipeSettings {
  /// The environment.
  var environment: EnvironmentSettings { get set }
  /// How often the policy is evaluated.
  var evaluation: EvaluationSettings { get set }
  /// A gradient penalty.
  var penalty: AgentPenalty { get set }
  /// The learning rate.
  var rate: Schedule { get set }
  /// What actions of the policy are before the environment gets them.
  static var actionForm: EnvironmentSettings.ActionForm { get }
}
