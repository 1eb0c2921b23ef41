/// The result of one step of all parallel environments.
///
/// The caller creates one and passes it to every `reset` and `step`. They write into its arrays without allocating
/// memory.
public struct VectorStep: Equatable, Sendable {
  /// The current observations: a row of `observationSpace.count` values for each environment, concatenated.
  public var observations: [Float]
  /// The reward of each environment's action.
  public var rewards: [Double]
  /// For each environment, whether the task itself has ended. No reward can follow.
  public var terminated: [Bool]
  /// For each environment, whether the time limit truncated the episode. Rewards could still follow.
  public var truncated: [Bool]
  /// In same-step mode, the last observation of an episode that has just ended, in the row of its environment. Other
  /// rows are undefined. Empty in the other modes, in which `observations` contains the last observation.
  public var finalObservations: [Float]
  /// The episodes that have just ended, in the order of their environments. Only `RecordEpisodeStatistics` fills it.
  public var episodes: [EpisodeStatistics] = []

  /// Creates the arrays for an environment's steps, filled with zeros.
  public init(for environment: some VectorEnvironment) {
    let (count, width) = (environment.count, environment.observationSpace.count)
    observations = [Float](repeating: 0, count: count * width)
    rewards = [Double](repeating: 0, count: count)
    terminated = [Bool](repeating: false, count: count)
    truncated = terminated
    finalObservations = environment.autoresetMode == .sameStep ? observations : []
  }

  /// Whether an environment's episode has ended in this step.
  public func isOver(_ copy: Int) -> Bool { terminated[copy] || truncated[copy] }
}
