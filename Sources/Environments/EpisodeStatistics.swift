/// The rewards and the length of an episode that has ended.
///
/// Unlike Gymnasium's, these have no duration: a resumed run couldn't reproduce it.
public struct EpisodeStatistics: Equatable, Sendable {
  /// The index of the environment.
  public var copy: Int
  /// The sum of its rewards.
  public var totalReward: Double
  /// The number of its steps.
  public var length: Int

  // Like Outcome, SliceRange, Metric and other values: Swift's memberwise initialiser is internal.

  /// Creates statistics from their parts.
  public init(copy: Int, totalReward: Double, length: Int) {
    self.copy = copy
    self.totalReward = totalReward
    self.length = length
  }
}
