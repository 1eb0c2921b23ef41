/// Parallel environments of any type, computed in this process in order: Gymnasium's `SyncVectorEnv`.
///
/// ```swift
/// registry.register("Maze-v0") { copies in
///   try SyncVectorEnvironment(copies) { seed in Maze(seed: seed, timeLimit: copies.timeLimit ?? 200) }
/// }
/// ```
public struct SyncVectorEnvironment<Base: Environment>: VectorEnvironment {
  /// The time at which a new episode starts in an environment whose episode has ended.
  public let autoresetMode: AutoresetMode
  private var environments: [Base]

  /// Creates the environments.
  ///
  /// - Parameters:
  ///   - copies: the number of environments, their seeds and their autoreset.
  ///   - make: creates an environment with a seed, in the state in which `reset(seed:)` leaves it.
  /// - Throws: `EnvironmentError` with code `.invalidSetting` if the count or the time limit is less than 1; the errors
  ///   of `make`.
  public init(_ copies: EnvironmentRegistry.Copies, make: (_ seed: UInt64) throws -> Base) throws {
    guard copies.count > 0, copies.timeLimit ?? 1 > 0 else {
      throw EnvironmentError(
        .invalidSetting,
        "expected at least 1 environment and a time limit of at least 1 step, found \(copies.count) and "
          + "\(copies.timeLimit.map(String.init) ?? "none")")
    }
    autoresetMode = copies.autoresetMode
    environments = try (0..<copies.count).map { try make(copies.seed &+ UInt64($0)) }
  }

  /// Gymnasium's name of the task.
  public var id: String { environments[0].id }
  /// The number of parallel environments.
  public var count: Int { environments.count }
  /// The observation space of one environment.
  public var observationSpace: Box { environments[0].observationSpace }
  /// The action space of one environment.
  public var actionSpace: ActionSpace { environments[0].actionSpace }
  /// The number of steps after which an episode is truncated.
  public var timeLimit: Int { environments[0].timeLimit }

  /// The complete state: the arrays of each environment under `ID/INDEX/`.
  public var state: EnvironmentState {
    var arrays: [String: EnvironmentState.Values] = [:]
    for (index, environment) in environments.enumerated() {
      for (name, values) in environment.state.arrays { arrays["\(id)/\(index)/\(name)"] = values }
    }
    return EnvironmentState(arrays)
  }

  /// Restores a saved state; throws and stays as it is when the state doesn't fit.
  public mutating func restore(_ state: EnvironmentState) throws(EnvironmentError) {
    var restored = environments
    for index in restored.indices {
      let prefix = "\(id)/\(index)/"
      let own = state.arrays.filter { $0.key.hasPrefix(prefix) }.map { ($0.key.dropFirst(prefix.count), $0.value) }
      try restored[index].restore(
        EnvironmentState(Dictionary(uniqueKeysWithValues: own.map { (String($0.0), $0.1) })))
    }
    environments = restored
  }

  /// Starts a new episode in every environment.
  public mutating func reset(seed: UInt64?, into step: inout VectorStep) {
    for copy in environments.indices { restart(copy, seed: seed.map { $0 &+ UInt64(copy) }, into: &step) }
    step.episodes.removeAll(keepingCapacity: true)
  }

  /// Starts a new episode in some environments.
  public mutating func reset(where mask: [Bool], into step: inout VectorStep) {
    precondition(mask.count == count, "\(id): expected a mask of \(count) flags, found \(mask.count)")
    for copy in environments.indices where mask[copy] { restart(copy, seed: nil, into: &step) }
    step.episodes.removeAll(keepingCapacity: true)
  }

  /// Takes an action in every environment.
  ///
  /// - Throws: `EnvironmentError` with code `.invalidAction` or `.episodeOver`; all environments are then as they were.
  public mutating func step(_ actions: ActionBatch, into step: inout VectorStep) throws(EnvironmentError) {
    let choices = try split(actions)
    if autoresetMode == .disabled, let copy = environments.indices.first(where: { environments[$0].isOver }) {
      throw EnvironmentError(
        .episodeOver, "\(id): the episode of environment \(copy) is over; reset it before the next step")
    }
    var (next, result) = (environments, step)
    result.episodes.removeAll(keepingCapacity: true)
    for copy in next.indices {
      if next[copy].isOver {
        next[copy].reset()
        result.set(copy, next[copy].observation, Outcome(reward: 0, terminated: false, truncated: false))
        continue
      }
      let taken = try next[copy].step(choices[copy])
      result.set(copy, taken.observation, taken.outcome)
      if taken.isOver, autoresetMode == .sameStep {
        result.finalObservations.replaceSubrange(row(copy), with: taken.observation)
        result.observations.replaceSubrange(row(copy), with: next[copy].reset())
      }
    }
    (environments, step) = (next, result)
  }

  private func row(_ copy: Int) -> Range<Int> {
    copy * observationSpace.count..<(copy + 1) * observationSpace.count
  }

  private mutating func restart(_ copy: Int, seed: UInt64?, into step: inout VectorStep) {
    environments[copy].reset(seed: seed)
    step.set(copy, environments[copy].observation, Outcome(reward: 0, terminated: false, truncated: false))
  }

  /// The action of each environment.
  private func split(_ actions: ActionBatch) throws(EnvironmentError) -> [Action] {
    let found: Int
    switch (actions, actionSpace) {
    case (.discrete(let choices), .discrete):
      if choices.count == count { return choices.map { .discrete($0) } }
      found = choices.count
    case (.continuous(let values), .box(let box)):
      let width = box.count
      if values.count == count * width {
        return environments.indices.map { .continuous(Array(values[$0 * width..<($0 + 1) * width])) }
      }
      found = values.count / max(width, 1)
    default:
      throw EnvironmentError(.invalidAction, "\(id): expected actions of the space \(actionSpace)")
    }
    throw EnvironmentError(.invalidAction, "\(id): expected \(count) actions, found \(found)")
  }
}

extension VectorStep {
  fileprivate mutating func set(_ copy: Int, _ observation: [Float], _ outcome: Outcome) {
    let width = observation.count
    observations.replaceSubrange(copy * width..<(copy + 1) * width, with: observation)
    rewards[copy] = outcome.reward
    terminated[copy] = outcome.terminated
    truncated[copy] = outcome.truncated
  }
}
