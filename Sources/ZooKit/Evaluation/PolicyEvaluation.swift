/// The result of evaluating a policy, with its episodes.
public struct PolicyEvaluation: Sendable, Codable {
  /// One episode.
  public struct Episode: Sendable, Codable, Hashable {
    /// The seed of its environment.
    public let seed: UInt64
    /// The sum of its rewards.
    public let `return`: Double
    /// The number of its steps.
    public let length: Int
  }

  /// The run of the policy, or the reference of a trained model.
  public let run: String
  /// The training step of the policy's checkpoint.
  public let step: Int
  /// The environment's name.
  public let environment: String
  /// Whether actions were the policy's most likely ones, not drawn.
  public let isDeterministic: Bool
  /// The standard deviation of the noise that was added to observations.
  public let noise: Double
  /// The statistics of the returns.
  public let returns: ReturnStatistics
  /// The mean of the lengths.
  public let meanLength: Double
  /// The episodes.
  public let episodes: [Episode]
}
