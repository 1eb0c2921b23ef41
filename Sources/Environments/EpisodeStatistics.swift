/// The rewards and the length of an episode that has ended.
///
/// Unlike Gymnasium's, these have no duration: a resumed run couldn't give the same one again.
public struct EpisodeStatistics: Equatable, Sendable {
  /// The copy of the environment in which it took place.
  public var copy: Int
  /// The sum of its rewards.
  public var totalReward: Double
  /// The number of its steps.
  public var length: Int

  /// Creates statistics from their parts.
  public init(copy: Int, totalReward: Double, length: Int) {
    self.copy = copy
    self.totalReward = totalReward
    self.length = length
  }
}
