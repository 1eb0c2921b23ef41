/// Parallel environments that are computed in this process, in order.
public struct VectorSimulation<Laws: Physics>: VectorEnvironment {
  /// The time at which a new episode starts in an environment whose episode has ended.
  public let autoresetMode: AutoresetMode
  private var copies: [Simulation<Laws>]

  /// Creates the environments in the state in which `reset(seed:into:)` leaves them.
  /// - Parameters:
  ///   - count: the number of parallel environments, at least 1.
  ///   - seed: seeds the first environment's generator; the second gets the next number, and so on, modulo 2^64.
  ///   - timeLimit: the number of steps after which an episode is truncated, at least 1; by default the task's own.
  ///   - autoresetMode: by default `.nextStep`, as in Gymnasium.
  public init(
    count: Int, seed: UInt64, timeLimit: Int = Laws.timeLimit, autoresetMode: AutoresetMode = .nextStep
  ) {
    precondition(count > 0, "\(Laws.id): expected at least 1 environment, found \(count)")
    self.autoresetMode = autoresetMode
    copies = (0..<count).map { Simulation(seed: seed &+ UInt64($0), timeLimit: timeLimit) }
  }

  /// Gymnasium's name of the task.
  public var id: String { Laws.id }
  /// The number of parallel environments.
  public var count: Int { copies.count }
  /// The observation space of one environment.
  public var observationSpace: Box { Laws.observationSpace }
  /// The action space of one environment.
  public var actionSpace: ActionSpace { Laws.actionSpace }
  /// The number of steps after which an episode is truncated.
  public var timeLimit: Int { copies[0].timeLimit }
  /// The complete state. With the actions it determines all following steps.
  public var state: EnvironmentState { Simulation.state(of: copies) }

  /// Restores a saved state; throws and stays as it is when the state doesn't fit.
  public mutating func restore(_ state: EnvironmentState) throws(EnvironmentError) {
    copies = try Simulation.copies(in: state, count: count, timeLimit: timeLimit)
  }

  /// Starts a new episode in every environment.
  public mutating func reset(seed: UInt64?, into step: inout VectorStep) {
    for copy in copies.indices {
      restart(copy, seed: seed.map { $0 &+ UInt64(copy) }, into: &step)
    }
    step.episodes.removeAll(keepingCapacity: true)
  }

  /// Starts a new episode in some environments.
  public mutating func reset(where mask: [Bool], into step: inout VectorStep) {
    precondition(mask.count == count, "\(id): expected a mask of \(count) flags, found \(mask.count)")
    for copy in copies.indices where mask[copy] {
      restart(copy, seed: nil, into: &step)
    }
    step.episodes.removeAll(keepingCapacity: true)
  }

  /// Takes an action in every environment.
  ///
  /// Specialised for each physics: a step of CartPole through the protocols takes three times as long.
  @_specialize(where Laws == CartPolePhysics)
  @_specialize(where Laws == AcrobotPhysics)
  @_specialize(where Laws == PendulumPhysics)
  @_specialize(where Laws == MountainCarContinuousPhysics)
  public mutating func step(_ actions: ActionBatch, into step: inout VectorStep) throws(EnvironmentError) {
    let controls = try Laws.controls(of: actions, copies: count)
    if autoresetMode == .disabled {
      try checkNoneIsOver()
    }
    step.episodes.removeAll(keepingCapacity: true)
    for copy in copies.indices {
      if copies[copy].isOver {
        restart(copy, seed: nil, into: &step)
        continue
      }
      let outcome = copies[copy].advance(controls[copy])
      step.rewards[copy] = outcome.reward
      step.terminated[copy] = outcome.terminated
      step.truncated[copy] = outcome.truncated
      if outcome.isOver, autoresetMode == .sameStep {
        observe(copy, into: &step.finalObservations)
        copies[copy].restart()
      }
      observe(copy, into: &step.observations)
    }
  }

  private mutating func restart(_ copy: Int, seed: UInt64?, into step: inout VectorStep) {
    copies[copy].restart(seed: seed)
    step.rewards[copy] = 0
    step.terminated[copy] = false
    step.truncated[copy] = false
    observe(copy, into: &step.observations)
  }

  private func observe(_ copy: Int, into observations: inout [Float]) {
    let width = Laws.observationSpace.count
    observations.withUnsafeMutableBufferPointer {
      copies[copy].physics.observe(into: UnsafeMutableBufferPointer(rebasing: $0[copy * width..<(copy + 1) * width]))
    }
  }

  private func checkNoneIsOver() throws(EnvironmentError) {
    let over = copies.indices.filter { copies[$0].isOver }
    guard over.isEmpty else {
      throw EnvironmentError(
        .episodeOver,
        "\(id): the episodes of environments \(over.map(String.init).joined(separator: ", ")) are over;"
          + " reset them before the next step")
    }
  }
}
