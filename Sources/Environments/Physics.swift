/// The physics of a task: its state variables and the effect of an action on them.
///
/// `Simulation` has the parts that all tasks share: the generator, the time limit and the saved state.
public protocol Physics: Sendable {
  /// The control of the task: `Int` for a discrete action space, `Float` for a box with one element.
  associatedtype Control: ControlValue

  /// Gymnasium's name of the task, version included.
  static var id: String { get }
  /// The observation space.
  static var observationSpace: Box { get }
  /// The action space.
  static var actionSpace: ActionSpace { get }
  /// The number of steps after which an episode is truncated unless the user sets another.
  static var timeLimit: Int { get }
  /// The number of state variables.
  static var variableCount: Int { get }

  /// The state variables in the order of Gymnasium's `state`.
  var variables: [Double] { get }

  /// A random first state of an episode.
  init(drawing generator: inout PCG64)

  /// The state with `variableCount` variables after `steps` steps of the episode.
  init(variables: [Double], elapsedSteps: Int)

  /// Advances by one step of time under a control that is in `actionSpace`.
  mutating func advance(_ control: Control) -> (reward: Double, terminated: Bool)

  /// Writes the observation to a buffer of `observationSpace.count` values.
  func observe(into buffer: UnsafeMutableBufferPointer<Float>)
}
