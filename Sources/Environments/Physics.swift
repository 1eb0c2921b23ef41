/// The laws of a task: its state variables and how an action changes them.
///
/// What all tasks share, the generator, the time limit and the saved state, is `Simulation`'s.
public protocol Physics: Sendable {
  /// What drives the task: `Int` for a discrete action space, `Float` for a box with one element.
  associatedtype Control: ControlValue

  /// Gymnasium's name of the task, version included.
  static var id: String { get }
  /// What the agent sees.
  static var observationSpace: Box { get }
  /// What the agent may do.
  static var actionSpace: ActionSpace { get }
  /// The number of steps after which an episode is cut off unless the user sets another.
  static var timeLimit: Int { get }
  /// The number of state variables.
  static var variableCount: Int { get }

  /// The state variables in the order of Gymnasium's `state`.
  var variables: [Double] { get }

  /// A random state to start an episode in.
  init(drawing generator: inout PCG64)

  /// The state with `variableCount` variables that was reached in so many steps of the episode.
  init(variables: [Double], elapsedSteps: Int)

  /// Moves on by one step of time under a control that is in `actionSpace`.
  mutating func advance(_ control: Control) -> (reward: Double, terminated: Bool)

  /// Writes what the agent sees to a buffer of `observationSpace.count` values.
  func observe(into buffer: UnsafeMutableBufferPointer<Float>)
}
