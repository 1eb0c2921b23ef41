/// A vector environment that changes the inputs or outputs of another.
///
/// Members that a wrapper doesn't define are those of the wrapped environment.
public protocol VectorWrapper: VectorEnvironment {
  /// The wrapped environment.
  var base: any VectorEnvironment { get set }

  /// The actions to pass to the wrapped environment.
  func unwrapped(_ actions: ActionBatch) -> ActionBatch

  /// Forgets the episode of environment `copy`, in which a new one has started.
  mutating func restart(_ copy: Int)
}

extension VectorWrapper {
  /// The wrapped environment's name.
  public var id: String { base.id }
  /// The number of parallel environments.
  public var count: Int { base.count }
  /// The wrapped environment's observations.
  public var observationSpace: Box { base.observationSpace }
  /// The wrapped environment's actions.
  public var actionSpace: ActionSpace { base.actionSpace }
  /// The number of steps after which an episode is truncated.
  public var timeLimit: Int { base.timeLimit }
  /// The time at which a new episode starts in an environment whose episode has ended.
  public var autoresetMode: AutoresetMode { base.autoresetMode }
  /// The reason why the wrapped environment's states can't continue episodes.
  public var savingObstacle: String? { base.savingObstacle }
  /// The wrapped environment's state.
  public var state: EnvironmentState { get throws(EnvironmentError) { try base.state } }

  /// The actions unchanged.
  public func unwrapped(_ actions: ActionBatch) -> ActionBatch { actions }

  /// Nothing, for a wrapper that keeps nothing of an episode.
  public mutating func restart(_ copy: Int) {}

  /// Starts a new episode in every environment.
  public mutating func reset(seed: UInt64?, into step: inout VectorStep) throws(EnvironmentError) {
    try base.reset(seed: seed, into: &step)
    for copy in 0..<count {
      restart(copy)
    }
  }

  /// Starts a new episode in some environments.
  public mutating func reset(where mask: [Bool], into step: inout VectorStep) throws(EnvironmentError) {
    try base.reset(where: mask, into: &step)
    for copy in 0..<count where mask[copy] {
      restart(copy)
    }
  }

  /// Takes an action in every environment.
  public mutating func step(_ actions: ActionBatch, into step: inout VectorStep) throws(EnvironmentError) {
    try base.step(actions, into: &step)
  }

  /// Restores a saved state.
  public mutating func restore(_ state: EnvironmentState) throws(EnvironmentError) {
    try base.restore(state)
  }
}

extension VectorEnvironment {
  /// The actions that the innermost environment receives, after all wrappers.
  public func innermost(_ actions: ActionBatch) -> ActionBatch {
    guard let wrapper = self as? any VectorWrapper else { return actions }
    return wrapper.base.innermost(wrapper.unwrapped(actions))
  }

  /// The environment itself, if it is of this type, or the outermost one of this type that it wraps.
  public func layer<Layer: VectorEnvironment>(_ type: Layer.Type) -> Layer? {
    self as? Layer ?? (self as? any VectorWrapper)?.base.layer(type)
  }
}
