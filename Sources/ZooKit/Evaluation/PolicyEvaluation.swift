/// How well a policy does, and in which episodes.
public struct PolicyEvaluation: Sendable, Codable {
  /// One episode.
  public struct Episode: Sendable, Codable, Hashable {
    /// The seed of its copy of the environment.
    public let seed: UInt64
    /// The sum of its rewards.
    public let `return`: Double
    /// Its steps.
    public let length: Int
  }

  /// The run of the policy.
  public let run: String
  /// The step that the policy is of.
  public let step: Int
  /// The environment.
  public let environment: String
  /// Whether actions were the policy's most likely ones, not drawn.
  public let isDeterministic: Bool
  /// The standard deviation of what was added to observations.
  public let noise: Double
  /// What the returns come to.
  public let returns: ReturnStatistics
  /// The mean of the lengths.
  public let meanLength: Double
  /// The episodes.
  public let episodes: [Episode]
}
