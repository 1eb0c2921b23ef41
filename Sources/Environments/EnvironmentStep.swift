/// What came of an action, in the terms of Gymnasium's `step`.
public struct EnvironmentStep: Equatable, Sendable {
  /// What the agent sees now.
  public var observation: [Float]
  /// The reward of the action and how the episode stands.
  public var outcome: Outcome

  /// Creates a step from its parts.
  public init(observation: [Float], outcome: Outcome) {
    self.observation = observation
    self.outcome = outcome
  }

  /// The reward of the action.
  public var reward: Double { outcome.reward }
  /// Whether the task itself has come to an end, so that no reward can follow.
  public var terminated: Bool { outcome.terminated }
  /// Whether the episode was cut off by its time limit, so that rewards could still follow.
  public var truncated: Bool { outcome.truncated }
  /// Whether the environment has to be reset before the next action.
  public var isOver: Bool { outcome.isOver }
}
