/// The environments that recipes can name.
public enum EnvironmentID: String, CaseIterable, Sendable {
  /// `CartPole`.
  case cartPole = "CartPole-v1"
  /// `Pendulum`.
  case pendulum = "Pendulum-v1"

  /// Looks an environment up by Gymnasium's name for it.
  /// - Throws: `EnvironmentError` with code `.unknownEnvironment`, which lists the known names.
  public init(named name: String) throws(EnvironmentError) {
    guard let id = Self(rawValue: name) else {
      let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw EnvironmentError(
        code: .unknownEnvironment, message: "there is no environment '\(name)'; the known ones are: \(known)")
    }
    self = id
  }

  /// Creates the environment, in the state in which `reset(seed:)` leaves it.
  public func make(seed: UInt64) -> any Environment {
    switch self {
    case .cartPole: CartPole(seed: seed)
    case .pendulum: Pendulum(seed: seed)
    }
  }
}
