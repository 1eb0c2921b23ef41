import NN

extension EnvironmentSettings {
  /// - Throws: ``AlgorithmError`` that names the setting that a replay buffer does not allow.
  func validateForReplay() throws {
    try validate()
    // The buffer would keep observations that are normalised by outdated moments.
    let expectation = "false, as a replay buffer keeps transitions that are not normalised"
    try SettingCheck.require("normalize.observation", normalizeObservation, expectation) { !$0 }
    try SettingCheck.require("normalize.reward", normalizeReward, expectation) { !$0 }
  }
}

extension OffPolicySettings {
  /// - Throws: ``AlgorithmError`` that names the setting of the protocol that is out of range.
  fileprivate func validateShared() throws {
    try environment.validateForReplay()
    try evaluation.validate()
    try replay.validate(copies: environment.copies)
    try SettingCheck.optimizer("optimizer", optimizer)
    try SettingCheck.positive("rate", rate.first)
  }
}

extension TD3Settings {
  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try validateShared()
    try SettingCheck.count("policyDelay", policyDelay)
    try SettingCheck.nonnegative("targetNoise", targetNoise)
    try SettingCheck.nonnegative("targetNoiseClip", targetNoiseClip)
    try penalty.validate(policyHasDensity: false)
  }
}

extension DDPGSettings {
  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try validateShared()
    try penalty.validate(policyHasDensity: false)
  }
}

extension SACSettings {
  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try validateShared()
    try entropyCoefficient.validate()
    if let targetEntropy { try SettingCheck.require("targetEntropy", targetEntropy, "a finite number") { $0.isFinite } }
    if let explorationSteps { try SettingCheck.count("exploration.every", explorationSteps) }
    try SettingCheck.require("exploration.logDeviation", logDeviation, "a finite number") { $0.isFinite }
    try SettingCheck.positive("exploration.meanBound", meanBound)
    try penalty.validate()
  }
}
