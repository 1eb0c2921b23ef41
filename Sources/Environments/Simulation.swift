/// An environment computed in this process: the physics of a task with a generator and a time limit.
public struct Simulation<Laws: Physics>: Environment {
  /// The number of steps after which an episode is truncated.
  public let timeLimit: Int
  var physics: Laws
  var generator: PCG64
  var elapsedSteps = 0
  /// Whether the episode has ended.
  public internal(set) var isOver = false

  /// Creates the environment in the state in which `reset(seed:)` leaves it.
  /// - Parameters:
  ///   - seed: seeds the generator that draws the states in which episodes start.
  ///   - timeLimit: the number of steps after which an episode is truncated, at least 1; by default the task's own.
  public init(seed: UInt64, timeLimit: Int = Laws.timeLimit) {
    precondition(timeLimit > 0, "\(Laws.id): expected a time limit of at least 1 step, found \(timeLimit)")
    self.timeLimit = timeLimit
    generator = PCG64(seed: seed)
    physics = Laws(drawing: &generator)
  }

  /// Gymnasium's name of the task.
  public var id: String { Laws.id }
  /// The observation space.
  public var observationSpace: Box { Laws.observationSpace }
  /// The action space.
  public var actionSpace: ActionSpace { Laws.actionSpace }

  /// The current observation.
  public var observation: [Float] {
    let count = Laws.observationSpace.count
    return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      physics.observe(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      filled = count
    }
  }

  /// Creates the environment in the middle of an episode.
  init(timeLimit: Int, physics: Laws, generator: PCG64, elapsedSteps: Int, isOver: Bool) {
    self.timeLimit = timeLimit
    self.physics = physics
    self.generator = generator
    self.elapsedSteps = elapsedSteps
    self.isOver = isOver
  }

  /// Starts a new episode and returns its first observation.
  @discardableResult
  public mutating func reset(seed: UInt64?) -> [Float] {
    restart(seed: seed)
    return observation
  }

  /// Takes an action.
  public mutating func step(_ action: Action) throws(EnvironmentError) -> EnvironmentStep {
    let controls = try Laws.controls(of: ActionBatch(action), copies: 1)
    guard !isOver else {
      throw EnvironmentError(.episodeOver, "\(id): the episode is over; reset the environment before the next step")
    }
    let outcome = advance(controls[0])
    return EnvironmentStep(observation: observation, outcome: outcome)
  }

  /// Starts a new episode, with a newly seeded generator if there is a seed.
  mutating func restart(seed: UInt64? = nil) {
    if let seed {
      generator = PCG64(seed: seed)
    }
    physics = Laws(drawing: &generator)
    elapsedSteps = 0
    isOver = false
  }

  /// Advances by one step of an episode that isn't over.
  mutating func advance(_ control: Laws.Control) -> Outcome {
    let (reward, terminated) = physics.advance(control)
    elapsedSteps += 1
    let outcome = Outcome(reward: reward, terminated: terminated, truncated: elapsedSteps >= timeLimit)
    isOver = outcome.isOver
    return outcome
  }
}

extension Physics {
  /// The controls of a batch of actions.
  /// - Throws: `EnvironmentError` with code `.invalidAction` unless the action space accepts each.
  static func controls(of actions: ActionBatch, copies: Int) throws(EnvironmentError) -> [Control] {
    if let mistake = actionSpace.mistake(in: actions, copies: copies) {
      throw EnvironmentError(.invalidAction, "\(id): invalid action: \(mistake)")
    }
    guard let controls = Control.values(of: actions), controls.count == copies else {
      preconditionFailure("\(id): expected controls of \(actionSpace), found another kind")
    }
    return controls
  }
}
