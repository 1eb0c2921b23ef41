import Environments

/// Episodes of a policy.
public enum Evaluation {
  /// The largest number of steps of an episode. Long episodes usually have some ten thousand.
  static let limit = 500_000

  /// Runs episodes in parallel environments. Equal seeds produce equal episodes for any number of environments, if the
  /// environments share nothing.
  ///
  /// - Parameters:
  ///   - count: the number of episodes, at least the number of environments.
  ///   - environment: the environments, with autoreset and with `RecordEpisodeStatistics` among the layers.
  ///   - seed: the seed of the first episode; the second has the next number, and so on.
  ///   - begin: called with the numbers of the next episodes, one in each environment. Some may be repeated.
  ///   - isStopped: whether to stop, asked before each step; by default never.
  ///   - act: returns the actions for observations [envs, S], concatenated rows.
  /// - Returns: the episodes; `copy` is the number of the episode.
  /// - Throws: `CancellationError` if it is stopped; ``AlgorithmError`` if an episode does not end; the errors of `act`
  ///   and the environment.
  public static func episodes(
    _ count: Int, in environment: any VectorEnvironment, seed: UInt64, begin: (Range<Int>) throws -> Void = { _ in },
    isStopped: () -> Bool = { false }, act: ([Float]) throws -> ActionBatch
  ) throws -> [EpisodeStatistics] {
    precondition(count >= environment.count, "expected at least \(environment.count) episodes, found \(count)")
    var environment = environment
    var all: [EpisodeStatistics] = []
    while all.count < count {
      // The last episodes also use all environments.
      let first = min(all.count, count - environment.count)
      try begin(first..<first + environment.count)
      all.removeSubrange(first...)
      all += try firstEpisodes(in: &environment, seed: seed &+ UInt64(first), isStopped, act: act).map {
        EpisodeStatistics(copy: first + $0.copy, totalReward: $0.totalReward, length: $0.length)
      }
    }
    return all
  }

  /// The first episode of every environment, in the order of the environments.
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
          "settings: timeLimit is none, expected one, as an episode of \(environment.id) has not ended after \(limit) "
            + "steps")
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
