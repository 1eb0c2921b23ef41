/// The result of an action, in the terms of Gymnasium's `step`.
public struct EnvironmentStep: Equatable, Sendable {
  /// The observation after the action.
  public var observation: [Float]
  /// The reward of the action and the status of the episode.
  public var outcome: Outcome

  /// Creates a step from its parts.
  public init(observation: [Float], outcome: Outcome) {
    self.observation = observation
    self.outcome = outcome
  }

  /// The reward of the action.
  public var reward: Double { outcome.reward }
  /// Whether the task itself has ended. No reward can follow.
  public var terminated: Bool { outcome.terminated }
  /// Whether the time limit truncated the episode. Rewards could still follow.
  public var truncated: Bool { outcome.truncated }
  /// Whether the environment has to be reset before the next action.
  public var isOver: Bool { outcome.isOver }
}
