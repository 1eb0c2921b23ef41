import Environments

/// Episodes of a policy.
public enum Evaluation {
  /// The first episode of every copy of an environment, in the order of the copies.
  ///
  /// - Parameters:
  ///   - environment: in same-step mode, with ``RecordEpisodeStatistics`` among its layers.
  ///   - seed: what the copies' generators are seeded from.
  ///   - observe: sees every step, before the first action too.
  ///   - act: the actions for observations [copies, S], one row after the other.
  /// - Throws: what `act` and the environment throw.
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
    while missing > 0 {
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
