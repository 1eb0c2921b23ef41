import NN

/// The hyperparameters of imitation: those of TD3, and those of the discriminator.
public struct ImitationSettings: Sendable, Hashable, Codable {
  /// The agent that is trained on the discriminator's rewards.
  public var agent = TD3Settings()
  /// The discriminator's learning rate.
  public var discriminatorRate = 1e-3
  /// The discriminator's optimiser. Its learning rate is ``discriminatorRate``.
  public var discriminatorOptimizer = AnyOptimizer(Adam(betas: [0, 0.9]))
  /// The discriminator's gradient penalty and its weight.
  public var discriminatorPenalty = WGANGPSettings.Penalty()

  /// The default hyperparameters.
  public init() {}

  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try agent.validate()
    try SettingCheck.positive("discriminator.rate", discriminatorRate)
    try SettingCheck.nonnegative("discriminator.penalty.weight", discriminatorPenalty.weight)
    try SettingCheck.optimizer("discriminator.optimizer", discriminatorOptimizer)
    do {
      try discriminatorPenalty.gradient.validate()
    } catch {
      throw AlgorithmError(.setting, "settings: discriminator", setting: "discriminator", cause: error)
    }
  }
}
