/// Several copies of a task that move on together, with the semantics of Gymnasium's `SyncVectorEnv`.
///
/// ```swift
/// var environment = try EnvironmentID.cartPole.makeVector(count: 8, seed: 7)
/// var step = VectorStep(for: environment)
/// try environment.reset(seed: 7, into: &step)
/// while true {
///   try environment.step(.discrete(choices(step.observations)), into: &step)
/// }
/// ```
public protocol VectorEnvironment: Sendable {
  /// Gymnasium's name of the task, version included.
  var id: String { get }
  /// The number of copies.
  var count: Int { get }
  /// What the agent of one copy may see.
  var observationSpace: Box { get }
  /// What the agent of one copy may do.
  var actionSpace: ActionSpace { get }
  /// The number of steps after which an episode is cut off.
  var timeLimit: Int { get }
  /// When a new episode starts in a copy whose episode has ended.
  var autoresetMode: AutoresetMode { get }
  /// Why saved states can't continue episodes, for people to read; `nil`, as with all native environments, if they can.
  var savingObstacle: String? { get }
  /// Everything that the future of the copies depends on, besides the actions.
  ///
  /// Where there is a `savingObstacle` it holds what new episodes begin with: see `EnvironmentState.continuesEpisodes`.
  /// - Throws: `EnvironmentError` with code `.worker` if another process has the state and has failed.
  var state: EnvironmentState { get throws(EnvironmentError) }

  /// Starts a new episode in every copy.
  /// - Parameters:
  ///   - seed: seeds the first copy's generator anew, the next number the second's, and so on; `nil` goes on with them.
  ///   - step: gets the first observations, rewards of 0 and flags that are all false.
  mutating func reset(seed: UInt64?, into step: inout VectorStep) throws(EnvironmentError)

  /// Starts a new episode in the copies whose flag in `mask` is true, and leaves the others and their rows alone.
  mutating func reset(where mask: [Bool], into step: inout VectorStep) throws(EnvironmentError)

  /// Takes an action in every copy.
  /// - Throws: `EnvironmentError` with code `.invalidAction` if an action isn't one of `actionSpace`, `.episodeOver` if
  ///   autoreset is disabled and the episode of a copy is over. No copy has then moved.
  mutating func step(_ actions: ActionBatch, into step: inout VectorStep) throws(EnvironmentError)

  /// Goes back to a saved state.
  /// - Throws: `EnvironmentError` with code `.invalidState` if the state belongs to another environment, another number
  ///   of copies or other wrappers, or can't be. All is then as it was.
  mutating func restore(_ state: EnvironmentState) throws(EnvironmentError)
}

extension VectorEnvironment {
  /// Nothing.
  public var savingObstacle: String? { nil }
}
