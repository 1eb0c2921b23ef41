import NN

extension RolloutSettings {
  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try SettingCheck.count("rolloutSteps", steps, atMost: RolloutBuffer.limit)
    try SettingCheck.fraction("gamma", discount)
    try SettingCheck.fraction("gaeLambda", gaeLambda)
    try SettingCheck.require("exploration.logDeviation", logDeviation, "a finite number") { $0.isFinite }
    if let explorationSteps { try SettingCheck.count("exploration.every", explorationSteps) }
  }
}

extension RolloutSettings {
  /// Returns the steps of a rollout in all parallel environments.
  ///
  /// - Throws: ``AlgorithmError`` if they exceed ``RolloutBuffer/limit``.
  fileprivate func stepsOfAll(_ copies: Int) throws -> Int {
    let all = steps * copies
    let expected = "at most \(RolloutBuffer.limit) steps of all \(copies) parallel environments"
    try SettingCheck.require("rolloutSteps", steps, expected) { _ in all <= RolloutBuffer.limit }
    return all
  }
}

extension EnvironmentSettings {
  /// The largest number of parallel environments. Each has its own state.
  private static let copyLimit = 1 << 16

  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try SettingCheck.count("envs", copies, atMost: Self.copyLimit)
    if let timeLimit { try SettingCheck.count("timeLimit", timeLimit) }
  }
}

extension PPOSettings {
  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try environment.validate()
    try evaluation.validate()
    try rollout.validate()
    try SettingCheck.count("epochs", epochs)
    try SettingCheck.count("batch", batch)
    try SettingCheck.positive("rate", rate.first)
    try SettingCheck.positive("clipRange", clipRange.first)
    if let valueClipRange { try SettingCheck.positive("valueClipRange", valueClipRange.first) }
    try SettingCheck.nonnegative("entropyCoefficient", entropyCoefficient)
    try SettingCheck.nonnegative("valueCoefficient", valueCoefficient)
    try SettingCheck.positive("maxGradientNorm", maxGradientNorm)
    if let targetKL { try SettingCheck.positive("targetKL", targetKL) }
    try SettingCheck.optimizer("optimizer", optimizer)
    try penalty.validate(criticTakesActions: false)
    let steps = try rollout.stepsOfAll(environment.copies)
    guard steps % min(batch, steps) == 0 else {
      throw AlgorithmError(
        .setting,
        "settings: batch is \(batch), expected a divisor of the \(steps) steps of a rollout "
          + "(\(rollout.steps) in each of \(environment.copies) environments)", setting: "batch")
    }
  }
}

extension A2CSettings {
  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try environment.validate()
    try evaluation.validate()
    try rollout.validate()
    let steps = try rollout.stepsOfAll(environment.copies)
    try SettingCheck.require("normalizeAdvantage", normalizeAdvantage, "false, as a rollout is one step") {
      !$0 || steps > 1
    }
    try SettingCheck.positive("rate", rate.first)
    try SettingCheck.nonnegative("entropyCoefficient", entropyCoefficient)
    try SettingCheck.nonnegative("valueCoefficient", valueCoefficient)
    try SettingCheck.positive("maxGradientNorm", maxGradientNorm)
    try penalty.validate(criticTakesActions: false)
    try SettingCheck.optimizer("optimizer", optimizer)
  }
}
