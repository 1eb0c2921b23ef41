/// A task for an agent, with the semantics of Gymnasium 1.x.
///
/// ```swift
/// var environment = CartPole(seed: 7)
/// var observation = environment.observation
/// while true {
///   let step = environment.step(.discrete(observation[2] > 0 ? 1 : 0))
///   observation = step.outcome.isOver ? environment.reset() : step.observation
/// }
/// ```
public protocol Environment: Sendable {
  /// Gymnasium's name of the task, version included.
  var id: String { get }
  /// What the agent sees.
  var observationSpace: Box { get }
  /// What the agent may do.
  var actionSpace: Space { get }
  /// The number of steps after which an episode is cut off.
  var timeLimit: Int { get }
  /// Everything that the future of the environment depends on, besides the actions.
  var state: EnvironmentState { get }

  /// Starts a new episode without building an observation.
  /// - Parameter seed: seeds the generator anew; `nil` goes on with it.
  mutating func restart(seed: UInt64?)

  /// Takes an action without building an observation.
  ///
  /// An action outside `actionSpace` is a programmer's error, and so is a step after the episode's end.
  mutating func advance(_ action: Action) -> Outcome

  /// Writes what the agent sees to a buffer of `observationSpace.count` values.
  func observe(into buffer: UnsafeMutableBufferPointer<Float>)

  /// Goes back to a saved state.
  /// - Throws: `EnvironmentError` with code `.invalidState` if the state belongs to another environment.
  mutating func restore(_ state: EnvironmentState) throws(EnvironmentError)
}

extension Environment {
  /// What the agent sees.
  public var observation: [Float] {
    let count = observationSpace.count
    return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      observe(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      filled = count
    }
  }

  /// Starts a new episode and returns its first observation.
  /// - Parameter seed: seeds the generator anew; `nil`, the default, goes on with it.
  @discardableResult
  public mutating func reset(seed: UInt64? = nil) -> [Float] {
    restart(seed: seed)
    return observation
  }

  /// Takes an action.
  ///
  /// An action outside `actionSpace` is a programmer's error, and so is a step after the episode's end.
  public mutating func step(_ action: Action) -> Step {
    let outcome = advance(action)
    return Step(observation: observation, outcome: outcome)
  }
}
