import Environments

/// Episodes of a policy.
public enum Evaluation {
  /// The most steps of an episode. The longest ones that are usual have some ten thousand.
  static let limit = 500_000

  /// Episodes, as many at a time as the environment has copies. Equal seeds give equal episodes, whatever the number of
  /// copies, where the copies of the environment share nothing.
  ///
  /// - Parameters:
  ///   - count: how many, at least the number of copies.
  ///   - environment: with autoreset, and with ``RecordEpisodeStatistics`` among its layers.
  ///   - seed: seeds the first episode; the second has the next number, and so on.
  ///   - begin: is told which episodes follow, one in each copy. Some may come again.
  ///   - isStopped: whether to leave the episodes, asked before each step; by default never.
  ///   - act: the actions for observations [copies, S], one row after the other.
  /// - Returns: the episodes, with their numbers for the copies.
  /// - Throws: `CancellationError` if it is stopped; ``AlgorithmError`` where an episode does not end; what `act` and the
  ///   environment throw.
  public static func episodes(
    _ count: Int, in environment: any VectorEnvironment, seed: UInt64, begin: (Range<Int>) throws -> Void = { _ in },
    isStopped: () -> Bool = { false }, act: ([Float]) throws -> ActionBatch
  ) throws -> [EpisodeStatistics] {
    precondition(count >= environment.count, "\(count) episodes in \(environment.count) copies")
    var environment = environment
    var all: [EpisodeStatistics] = []
    while all.count < count {
      // The last ones, too, fill all copies.
      let first = min(all.count, count - environment.count)
      try begin(first..<first + environment.count)
      all.removeSubrange(first...)
      all += try firstEpisodes(in: &environment, seed: seed &+ UInt64(first), isStopped, act: act).map {
        EpisodeStatistics(copy: first + $0.copy, totalReward: $0.totalReward, length: $0.length)
      }
    }
    return all
  }

  /// The first episode of every copy, in the order of the copies.
  private static func firstEpisodes(
    in environment: inout any VectorEnvironment, seed: UInt64, _ isStopped: () -> Bool,
    act: ([Float]) throws -> ActionBatch
  ) throws -> [EpisodeStatistics] {
    var step = VectorStep(for: environment)
    try environment.reset(seed: seed, into: &step)
    var episodes = [EpisodeStatistics?](repeating: nil, count: environment.count)
    var missing = environment.count
    var steps = 0
    while missing > 0 {
      if isStopped() { throw CancellationError() }
      guard steps < limit else {
        throw AlgorithmError(
          .setting,
          "settings: timeLimit is none, expected one, as an episode of \(environment.id) has not ended after \(limit) steps"
        )
      }
      steps += 1
      try environment.step(act(step.observations), into: &step)
      for episode in step.episodes where episodes[episode.copy] == nil {
        episodes[episode.copy] = episode
        missing -= 1
      }
    }
    return episodes.compactMap { $0 }
  }
}
