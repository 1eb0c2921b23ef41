import Environments

/// Episodes of a policy.
public enum Evaluation {
  /// The most steps of an episode. The longest ones that are usual have some ten thousand.
  static let limit = 500_000

  /// The first episode of every copy of an environment, in the order of the copies.
  ///
  /// - Parameters:
  ///   - environment: in same-step mode, with ``RecordEpisodeStatistics`` among its layers.
  ///   - seed: what the copies' generators are seeded from.
  ///   - observe: sees every step, before the first action too.
  ///   - act: the actions for observations [copies, S], one row after the other.
  /// - Throws: ``AlgorithmError`` where an episode does not end; what `act` and the environment throw.
  public static func firstEpisodes(
    in environment: any VectorEnvironment, seed: UInt64,
    observe: (any VectorEnvironment) throws -> Void = { _ in },
    act: ([Float]) throws -> ActionBatch
  ) throws -> [EpisodeStatistics] {
    var environment = environment
    var step = VectorStep(for: environment)
    try environment.reset(seed: seed, into: &step)
    try observe(environment)
    var episodes = [EpisodeStatistics?](repeating: nil, count: environment.count)
    var missing = environment.count
    var steps = 0
    while missing > 0 {
      guard steps < limit else {
        throw AlgorithmError(
          .setting,
          "settings: timeLimit is none, expected one, as an episode of \(environment.id) has not ended after \(limit) steps"
        )
      }
      steps += 1
      try environment.step(act(step.observations), into: &step)
      try observe(environment)
      for episode in step.episodes where episodes[episode.copy] == nil {
        episodes[episode.copy] = episode
        missing -= 1
      }
    }
    return episodes.compactMap { $0 }
  }
}
