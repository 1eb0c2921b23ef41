/// Parallel environments of one task, with the semantics of Gymnasium's `SyncVectorEnv`.
///
/// ```swift
/// var environment = try EnvironmentID.cartPole.makeVector(count: 8, seed: 7)
/// var step = VectorStep(for: environment)
/// try environment.reset(seed: 7, into: &step)
/// while true {
///   try environment.step(.discrete(actions(for: step.observations)), into: &step)
/// }
/// ```
public protocol VectorEnvironment: Sendable {
  /// Gymnasium's name of the task, version included.
  var id: String { get }
  /// The number of parallel environments.
  var count: Int { get }
  /// The observation space of one environment.
  var observationSpace: Box { get }
  /// The action space of one environment.
  var actionSpace: ActionSpace { get }
  /// The number of steps after which an episode is truncated.
  var timeLimit: Int { get }
  /// The time at which a new episode starts in an environment whose episode has ended.
  var autoresetMode: AutoresetMode { get }
  /// The reason why saved states can't continue episodes, for the user; `nil` if they can, as with all native
  /// environments.
  var savingObstacle: String? { get }
  /// The complete state of the environments. With the actions it determines all following steps.
  ///
  /// With a `savingObstacle`, it holds only a seed for new episodes: see `EnvironmentState.continuesEpisodes`.
  /// - Throws: `EnvironmentError` with code `.worker` if another process holds the state and has failed.
  var state: EnvironmentState { get throws(EnvironmentError) }

  /// Starts a new episode in every environment.
  /// - Parameters:
  ///   - seed: the new seed of the first environment's generator; the second gets the next number, and so on. `nil`
  ///     continues with the present generators.
  ///   - step: receives the first observations, rewards of 0 and flags that are all false.
  mutating func reset(seed: UInt64?, into step: inout VectorStep) throws(EnvironmentError)

  /// Starts a new episode in the environments whose flag in `mask` is true, and leaves the others and their rows
  /// unchanged.
  mutating func reset(where mask: [Bool], into step: inout VectorStep) throws(EnvironmentError)

  /// Takes an action in every environment.
  /// - Throws: `EnvironmentError` with code `.invalidAction` if an action isn't one of `actionSpace`, `.episodeOver` if
  ///   autoreset is disabled and the episode of an environment is over. All environments are then unchanged.
  mutating func step(_ actions: ActionBatch, into step: inout VectorStep) throws(EnvironmentError)

  /// Restores a saved state.
  /// - Throws: `EnvironmentError` with code `.invalidState` if the state belongs to another environment, another number
  ///   of environments or other wrappers, or is not a possible one. The environments are then unchanged.
  mutating func restore(_ state: EnvironmentState) throws(EnvironmentError)
}

extension VectorEnvironment {
  /// `nil`: saved states can continue episodes.
  public var savingObstacle: String? { nil }
}
