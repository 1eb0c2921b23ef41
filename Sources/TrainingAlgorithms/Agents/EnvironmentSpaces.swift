import Environments
import NN

/// The observations and the actions of an environment.
public struct EnvironmentSpaces: Sendable, Equatable {
  /// The space of observations, of all frames.
  public let observation: Box
  /// The parts of a Gymnasium environment's observations, in order, without further frames; empty for other
  /// environments.
  public let observationParts: [ObservationPart]
  /// The number of latest observations that the networks see together.
  public let frames: Int
  /// The space of actions.
  public let action: ActionSpace

  /// Creates the spaces of an environment.
  public init(observation: Box, observationParts: [ObservationPart] = [], frames: Int = 1, action: ActionSpace) {
    self.observation = observation
    self.observationParts = observationParts
    self.frames = frames
    self.action = action
  }

  /// The spaces where the networks see the `frames` latest observations together.
  func stacking(_ frames: Int) -> EnvironmentSpaces {
    EnvironmentSpaces(
      observation: observation.repeated(frames), observationParts: observationParts, frames: frames, action: action)
  }

  /// The form of observations that are pictures, by the rule of Stable-Baselines3's `is_image_space`: three axes of
  /// uint8 with the bounds 0 and 255; nil for other observations.
  public var picture: PictureInput? {
    guard observationParts.count == 1, let part = observationParts.first, part.space == .box, part.path.isEmpty,
      part.shape.count == 3, part.dtype == "uint8", observation.low.allSatisfy({ $0 == 0 }),
      observation.high.allSatisfy({ $0 == 255 })
    else { return nil }
    return PictureInput(shape: part.shape, frames: frames)
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
