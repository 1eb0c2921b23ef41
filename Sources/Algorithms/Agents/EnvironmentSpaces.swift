import Environments

/// The observations and the actions of an environment.
public struct EnvironmentSpaces: Sendable, Equatable {
  /// The space of observations.
  public let observation: Box
  /// The parts of a Gymnasium environment's observations, in order; empty for other environments.
  public let observationParts: [ObservationPart]
  /// The space of actions.
  public let action: ActionSpace

  /// Creates the spaces of an environment.
  public init(observation: Box, observationParts: [ObservationPart] = [], action: ActionSpace) {
    self.observation = observation
    self.observationParts = observationParts
    self.action = action
  }

  /// The number of elements of an observation.
  public var observationWidth: Int { observation.count }

  /// The environment's number of the first discrete action; 0 if actions are vectors.
  public var firstChoice: Int {
    switch action {
    case .discrete(_, let start): start
    case .box: 0
    }
  }

  /// The number of elements of an action in a program: a one-hot row for discrete actions, or a vector.
  public var actionWidth: Int {
    switch action {
    case .discrete(let count, _): count
    case .box(let box): box.count
    }
  }
}
