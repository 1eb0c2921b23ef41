/// What came of one step of all copies of an environment.
///
/// The caller makes one and hands it to every `reset` and `step`, which write into its arrays without allocating memory.
public struct VectorStep: Equatable, Sendable {
  /// What the agents see now: a row of `observationSpace.count` values for each copy, one after another.
  public var observations: [Float]
  /// The reward of each copy's action.
  public var rewards: [Double]
  /// For each copy, whether the task itself has come to an end, so that no reward can follow.
  public var terminated: [Bool]
  /// For each copy, whether the episode was cut off by its time limit, so that rewards could still follow.
  public var truncated: [Bool]
  /// In same-step mode, what the agent saw last in an episode that has just ended, in the row of its copy. Other rows
  /// mean nothing. Empty in the other modes, where `observations` has it.
  public var finalObservations: [Float]
  /// The episodes that have just ended, in the order of their copies; only `RecordEpisodeStatistics` fills it.
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

  /// Whether a copy's episode has ended in this step.
  public func isOver(_ copy: Int) -> Bool { terminated[copy] || truncated[copy] }
}
