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
    if let workers {
      let expected =
        isGymnasium
        ? "1 to \(copies), the number of parallel environments (envs)"
        : "none, as '\(id)' is computed without Python; leave it out"
      try SettingCheck.require("workers", workers, expected) { isGymnasium && 1...copies ~= $0 }
    }
    if let timeLimit { try SettingCheck.count("timeLimit", timeLimit) }
    if let frames { try SettingCheck.count("frames", frames, atMost: 1024) }
  }
}

extension OnPolicySettings {
  /// - Returns: the steps of a rollout in all environments.
  /// - Throws: ``AlgorithmError`` that names the setting of the protocol that is out of range.
  fileprivate func validateShared() throws -> Int {
    try environment.validate()
    try evaluation.validate()
    try rollout.validate()
    try SettingCheck.positive("rate", rate.first)
    try SettingCheck.nonnegative("entropyCoefficient", entropyCoefficient)
    try SettingCheck.nonnegative("valueCoefficient", valueCoefficient)
    try SettingCheck.positive("maxGradientNorm", maxGradientNorm)
    try SettingCheck.optimizer("optimizer", optimizer)
    try penalty.validate(criticTakesActions: false)
    return try rollout.stepsOfAll(environment.copies)
  }
}

extension PPOSettings {
  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    let steps = try validateShared()
    try SettingCheck.count("epochs", epochs)
    try SettingCheck.count("batch", batch)
    try SettingCheck.positive("clipRange", clipRange.first)
    if let valueClipRange { try SettingCheck.positive("valueClipRange", valueClipRange.first) }
    if let targetKL { try SettingCheck.positive("targetKL", targetKL) }
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
    let steps = try validateShared()
    try SettingCheck.require("normalizeAdvantage", normalizeAdvantage, "false, as a rollout is one step") {
      !$0 || steps > 1
    }
  }
}
