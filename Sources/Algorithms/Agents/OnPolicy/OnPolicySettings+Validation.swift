import NN

extension RolloutSettings {
  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try SettingCheck.count("rollout.steps", steps)
    try SettingCheck.fraction("rollout.discount", discount)
    try SettingCheck.fraction("rollout.gaeLambda", gaeLambda)
    try SettingCheck.require("rollout.logDeviation", logDeviation, "a finite number") { $0.isFinite }
    if let explorationSteps { try SettingCheck.count("rollout.explorationSteps", explorationSteps) }
  }
}

extension EnvironmentSettings {
  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try SettingCheck.count("environment.copies", copies)
    if let timeLimit { try SettingCheck.count("environment.timeLimit", timeLimit) }
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
    try adam.validate()
    try penalty.validate(criticTakesActions: false)
    let steps = rollout.steps * environment.copies
    guard steps % min(batch, steps) == 0 else {
      throw AlgorithmError(
        .setting,
        "settings: batch is \(batch), expected a divisor of the \(steps) steps of a rollout "
          + "(\(rollout.steps) of \(environment.copies) copies)")
    }
  }
}

extension A2CSettings {
  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try environment.validate()
    try evaluation.validate()
    try rollout.validate()
    try SettingCheck.positive("rate", rate.first)
    try SettingCheck.nonnegative("entropyCoefficient", entropyCoefficient)
    try SettingCheck.nonnegative("valueCoefficient", valueCoefficient)
    try SettingCheck.positive("maxGradientNorm", maxGradientNorm)
    try penalty.validate(criticTakesActions: false)
    switch optimizer {
    case .rmsprop(let rmsprop): try rmsprop.validate()
    case .adam(let adam): try adam.validate()
    }
  }
}
