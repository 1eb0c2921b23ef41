/// A task for an agent, with the semantics of Gymnasium 1.x.
///
/// ```swift
/// var environment = CartPole(seed: 7)
/// var observation = environment.observation
/// while true {
///   let step = try environment.step(.discrete(observation[2] > 0 ? 1 : 0))
///   observation = step.isOver ? environment.reset() : step.observation
/// }
/// ```
///
/// Train with `VectorEnvironment`: it advances several environments at once.
public protocol Environment: Sendable {
  /// Gymnasium's name of the task, version included.
  var id: String { get }
  /// The observation space.
  var observationSpace: Box { get }
  /// The action space.
  var actionSpace: ActionSpace { get }
  /// The number of steps after which an episode is truncated.
  var timeLimit: Int { get }
  /// The current observation.
  var observation: [Float] { get }
  /// Whether the episode has ended. The environment then has to be reset.
  var isOver: Bool { get }
  /// The complete state of the environment. With the actions it determines all following steps.
  var state: EnvironmentState { get }

  /// Starts a new episode and returns its first observation.
  /// - Parameter seed: the new seed of the generator; `nil` continues with the present generator.
  @discardableResult
  mutating func reset(seed: UInt64?) -> [Float]

  /// Takes an action.
  /// - Throws: `EnvironmentError` with code `.invalidAction` if the action isn't one of `actionSpace`, `.episodeOver`
  ///   after the end of an episode. The environment is then unchanged.
  mutating func step(_ action: Action) throws(EnvironmentError) -> EnvironmentStep

  /// Restores a saved state.
  /// - Throws: `EnvironmentError` with code `.invalidState` if the state belongs to another environment or is not a
  ///   possible one. The environment is then unchanged.
  mutating func restore(_ state: EnvironmentState) throws(EnvironmentError)
}

extension Environment {
  /// Starts a new episode, drawn by the generator in its current state, and returns its first observation.
  @discardableResult
  public mutating func reset() -> [Float] { reset(seed: nil) }
}
