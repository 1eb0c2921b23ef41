/// The environments that recipes can name.
public enum EnvironmentID: String, CaseIterable, Sendable {
  /// `CartPole`.
  case cartPole = "CartPole-v1"
  /// `Acrobot`.
  case acrobot = "Acrobot-v1"
  /// `Pendulum`.
  case pendulum = "Pendulum-v1"
  /// `MountainCarContinuous`.
  case mountainCarContinuous = "MountainCarContinuous-v0"

  /// Looks an environment up by Gymnasium's name for it.
  /// - Throws: `EnvironmentError` with code `.unknownEnvironment`, which lists the known names.
  public init(named name: String) throws(EnvironmentError) {
    guard let id = Self(rawValue: name) else {
      let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw EnvironmentError(.unknownEnvironment, "there is no environment '\(name)'; known: \(known)")
    }
    self = id
  }

  private var physics: any Physics.Type {
    switch self {
    case .cartPole: CartPolePhysics.self
    case .acrobot: AcrobotPhysics.self
    case .pendulum: PendulumPhysics.self
    case .mountainCarContinuous: MountainCarContinuousPhysics.self
    }
  }

  /// Creates the environment, in the state in which `reset(seed:)` leaves it.
  /// - Parameters:
  ///   - seed: seeds the generator that draws the states in which episodes start.
  ///   - timeLimit: the number of steps after which an episode is truncated; `nil`, the default, for the task's own.
  /// - Throws: `EnvironmentError` with code `.invalidSetting` if the time limit is less than 1.
  public func make(seed: UInt64, timeLimit: Int? = nil) throws(EnvironmentError) -> any Environment {
    func make<Laws: Physics>(_: Laws.Type, _ limit: Int) -> any Environment {
      Simulation<Laws>(seed: seed, timeLimit: limit)
    }
    return make(physics, try checked(timeLimit))
  }

  /// Creates parallel environments, in the state in which `reset(seed:into:)` leaves them.
  /// - Parameters:
  ///   - count: the number of parallel environments.
  ///   - seed: seeds the first environment's generator; the second gets the next number, and so on, modulo 2^64.
  ///   - timeLimit: the number of steps after which an episode is truncated; `nil`, the default, for the task's own.
  ///   - autoresetMode: when a new episode starts in an environment whose episode has ended; by default `.nextStep`.
  /// - Throws: `EnvironmentError` with code `.invalidSetting` if the count or the time limit is less than 1.
  public func makeVector(
    count: Int, seed: UInt64, timeLimit: Int? = nil, autoresetMode: AutoresetMode = .nextStep
  ) throws(EnvironmentError) -> any VectorEnvironment {
    guard count > 0 else {
      throw EnvironmentError(
        .invalidSetting, "\(rawValue): expected at least 1 environment, found \(count)")
    }
    func make<Laws: Physics>(_: Laws.Type, _ limit: Int) -> any VectorEnvironment {
      VectorSimulation<Laws>(count: count, seed: seed, timeLimit: limit, autoresetMode: autoresetMode)
    }
    return make(physics, try checked(timeLimit))
  }

  private func checked(_ timeLimit: Int?) throws(EnvironmentError) -> Int {
    guard let timeLimit else { return physics.timeLimit }
    guard timeLimit > 0 else {
      throw EnvironmentError(
        .invalidSetting, "\(rawValue): expected a time limit of at least 1 step, found \(timeLimit)")
    }
    return timeLimit
  }
}
