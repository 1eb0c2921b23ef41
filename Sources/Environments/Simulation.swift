/// An environment computed in this process: the laws of a task with a generator and a time limit.
public struct Simulation<Laws: Physics>: Environment {
  private var physics: Laws
  private var generator: PCG64
  private var elapsedSteps = 0
  private var isOver = false

  /// Creates the environment in the state in which `reset(seed:)` leaves it.
  public init(seed: UInt64) {
    generator = PCG64(seed: seed)
    physics = Laws(drawing: &generator)
  }

  /// Gymnasium's name of the task.
  public var id: String { Laws.id.rawValue }

  /// What the agent sees.
  public var observationSpace: Box { Laws.observationSpace }
  /// What the agent may do.
  public var actionSpace: Space { Laws.actionSpace }
  /// The number of steps after which an episode is cut off.
  public var timeLimit: Int { Laws.timeLimit }

  /// Everything that the future depends on, besides the actions.
  public var state: EnvironmentState {
    EnvironmentState(
      environment: id, variables: physics.variables, elapsedSteps: elapsedSteps, isOver: isOver, generator: generator)
  }

  /// Starts a new episode, with a newly seeded generator if there is a seed.
  public mutating func restart(seed: UInt64?) {
    if let seed {
      generator = PCG64(seed: seed)
    }
    physics = Laws(drawing: &generator)
    elapsedSteps = 0
    isOver = false
  }

  /// Takes an action; the episode must not be over, and the action has to be in `actionSpace`.
  public mutating func advance(_ action: Action) -> Outcome {
    precondition(!isOver, "\(id): the episode is over, call reset before the next step")
    precondition(Laws.actionSpace.accepts(action), "\(id): \(action) is not in \(Laws.actionSpace)")
    let (reward, terminated) = physics.advance(action)
    elapsedSteps += 1
    let outcome = Outcome(reward: reward, terminated: terminated, truncated: elapsedSteps >= Laws.timeLimit)
    isOver = outcome.isOver
    return outcome
  }

  /// Writes what the agent sees.
  public func observe(into buffer: UnsafeMutableBufferPointer<Float>) {
    physics.observe(into: buffer)
  }

  /// Goes back to a saved state, or stays as it is and throws when the state isn't one of this environment.
  public mutating func restore(_ state: EnvironmentState) throws(EnvironmentError) {
    guard state.environment == id, let physics = Laws(variables: state.variables) else {
      throw EnvironmentError(
        code: .invalidState,
        message: "expected a saved state of \(id) with \(self.physics.variables.count) variables,"
          + " found one of \(state.environment) with \(state.variables.count)")
    }
    guard (0...Laws.timeLimit).contains(state.elapsedSteps) else {
      throw EnvironmentError(
        code: .invalidState,
        message: "expected a saved state of \(id) after 0 to \(Laws.timeLimit) steps, found \(state.elapsedSteps)")
    }
    self.physics = physics
    generator = state.generator
    elapsedSteps = state.elapsedSteps
    isOver = state.isOver
  }
}
