/// Sums rewards and counts steps, and reports both when an episode ends.
///
/// It sums the rewards of the environment that it wraps. Wrappers around it may change rewards.
///
/// Source: Gymnasium's `wrappers/vector/common.py`.
public struct RecordEpisodeStatistics: VectorWrapper {
  /// The wrapped environment.
  public var base: any VectorEnvironment
  /// The number of latest episodes that are kept.
  public let window: Int
  /// The number of episodes that have ended.
  public private(set) var episodeCount = 0
  /// The sums of rewards of the latest episodes, the oldest first.
  public private(set) var recentTotalRewards: [Double] = []
  /// The lengths of the latest episodes, the oldest first.
  public private(set) var recentLengths: [Int] = []
  private var totalRewards: [Double]
  private var lengths: [Int]
  /// The environments in which the next step starts a new episode.
  private var hasEnded: [Bool]

  /// Wraps an environment.
  /// - Parameters:
  ///   - base: the wrapped environment.
  ///   - window: the number of latest episodes to keep, by default 100.
  /// - Throws: `EnvironmentError` with code `.invalidSetting` if the window is less than 1.
  public init(_ base: any VectorEnvironment, window: Int = 100) throws(EnvironmentError) {
    guard window > 0 else {
      throw EnvironmentError(
        .invalidSetting, "\(base.id): expected a window of at least 1 episode for the statistics, found \(window)")
    }
    self.base = base
    self.window = window
    totalRewards = [Double](repeating: 0, count: base.count)
    lengths = [Int](repeating: 0, count: base.count)
    hasEnded = [Bool](repeating: false, count: base.count)
  }

  /// Takes an action in every environment.
  public mutating func step(_ actions: ActionBatch, into step: inout VectorStep) throws(EnvironmentError) {
    try base.step(actions, into: &step)
    for copy in lengths.indices {
      if hasEnded[copy] {
        restart(copy)
        continue
      }
      totalRewards[copy] += step.rewards[copy]
      lengths[copy] += 1
      if step.isOver(copy) {
        record(copy, in: &step)
      }
    }
  }

  private mutating func record(_ copy: Int, in step: inout VectorStep) {
    step.episodes.append(
      EpisodeStatistics(copy: copy, totalReward: totalRewards[copy], length: lengths[copy]))
    episodeCount += 1
    recentTotalRewards = recentTotalRewards.suffix(window - 1) + [totalRewards[copy]]
    recentLengths = recentLengths.suffix(window - 1) + [lengths[copy]]
    if autoresetMode == .sameStep {
      restart(copy)
    } else {
      hasEnded[copy] = true
    }
  }

  /// The means over the window: `return` and `length`.
  public var means: [String: Double] {
    let count = Double(recentLengths.count)
    return [
      "return": recentTotalRewards.reduce(0, +) / count, "length": Double(recentLengths.reduce(0, +)) / count,
    ]
  }

  /// Starts the sums of an environment from 0.
  public mutating func restart(_ copy: Int) {
    totalRewards[copy] = 0
    lengths[copy] = 0
    hasEnded[copy] = false
  }

  /// The wrapped environment's state with the sums and counts of the running episodes, and the latest episodes.
  public var state: EnvironmentState {
    get throws(EnvironmentError) {
      try base.state.adding([
        "episode-statistics/total-rewards": .float64(totalRewards),
        "episode-statistics/lengths": .int64(lengths.map { Int64($0) }),
        "episode-statistics/ended": .int64(hasEnded.map { $0 ? 1 : 0 }),
        "episode-statistics/episodes": .int64([Int64(episodeCount)]),
        "episode-statistics/recent-total-rewards": .float64(recentTotalRewards),
        "episode-statistics/recent-lengths": .int64(recentLengths.map { Int64($0) }),
      ])
    }
  }

  /// Restores a saved state.
  public mutating func restore(_ state: EnvironmentState) throws(EnvironmentError) {
    var restored = self
    restored.totalRewards = try state.float64("episode-statistics/total-rewards", count: count)
    restored.lengths = try state.counts("episode-statistics/lengths", count: count, in: 0...Int.max)
    restored.hasEnded = try state.flags("episode-statistics/ended", count: count)
    restored.episodeCount = try state.counts("episode-statistics/episodes", count: 1, in: 0...Int.max)[0]
    let remembered = min(window, restored.episodeCount)
    restored.recentTotalRewards = try state.float64("episode-statistics/recent-total-rewards", count: remembered)
    restored.recentLengths = try state.counts("episode-statistics/recent-lengths", count: remembered, in: 1...Int.max)
    try restored.base.restore(state)
    self = restored
  }
}
