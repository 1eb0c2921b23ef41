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
/// `VectorEnvironment` is the one to train with: it takes several copies a step further at once.
public protocol Environment: Sendable {
  /// Gymnasium's name of the task, version included.
  var id: String { get }
  /// What the agent may see.
  var observationSpace: Box { get }
  /// What the agent may do.
  var actionSpace: ActionSpace { get }
  /// The number of steps after which an episode is cut off.
  var timeLimit: Int { get }
  /// What the agent sees.
  var observation: [Float] { get }
  /// Whether the episode has ended, so that the environment has to be reset.
  var isOver: Bool { get }
  /// Everything that the future of the environment depends on, besides the actions.
  var state: EnvironmentState { get }

  /// Starts a new episode and returns its first observation.
  /// - Parameter seed: seeds the generator anew; `nil` goes on with it.
  @discardableResult
  mutating func reset(seed: UInt64?) -> [Float]

  /// Takes an action.
  /// - Throws: `EnvironmentError` with code `.invalidAction` if the action isn't one of `actionSpace`, `.episodeOver`
  ///   after the end of an episode. The environment is then as it was.
  mutating func step(_ action: Action) throws(EnvironmentError) -> EnvironmentStep

  /// Goes back to a saved state.
  /// - Throws: `EnvironmentError` with code `.invalidState` if the state belongs to another environment or can't be.
  ///   The environment is then as it was.
  mutating func restore(_ state: EnvironmentState) throws(EnvironmentError)
}

extension Environment {
  /// Starts a new episode, drawn by the generator as it stands, and returns its first observation.
  @discardableResult
  public mutating func reset() -> [Float] { reset(seed: nil) }
}
