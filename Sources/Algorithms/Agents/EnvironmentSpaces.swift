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

  /// The environment's number of the first of each of the discrete actions taken at once; empty if actions are vectors.
  public var firstChoices: [Int] {
    switch action {
    case .discrete(_, let start): [start]
    case .multiDiscrete(_, let starts): starts
    case .multiBinary(let count): [Int](repeating: 0, count: count)
    case .box: []
    }
  }

  /// The number of elements of an action in a program: the one-hot rows of discrete actions, concatenated, 0 or 1 for
  /// each binary action, or a vector.
  public var actionWidth: Int {
    switch action {
    case .discrete(let count, _): count
    case .multiDiscrete(let counts, _): counts.reduce(0, +)
    case .multiBinary(let count): count
    case .box(let box): box.count
    }
  }
}
