/// The part of a step that isn't the observation.
public struct Outcome: Equatable, Sendable {
  /// The reward of the action.
  public var reward: Double
  /// Whether the task itself has ended. No reward can follow.
  public var terminated: Bool
  /// Whether the time limit truncated the episode. Rewards could still follow.
  public var truncated: Bool

  /// Creates an outcome from its parts.
  public init(reward: Double, terminated: Bool, truncated: Bool) {
    self.reward = reward
    self.terminated = terminated
    self.truncated = truncated
  }

  /// Whether the environment has to be reset before the next action.
  public var isOver: Bool { terminated || truncated }
}
