/// The laws of a task: its state variables and how an action changes them.
///
/// What all tasks share, the generator, the time limit and the saved state, is `Simulation`'s.
public protocol Physics: Sendable {
  /// Which environment this is.
  static var id: EnvironmentID { get }
  /// What the agent sees.
  static var observationSpace: Box { get }
  /// What the agent may do.
  static var actionSpace: Space { get }
  /// The number of steps after which an episode is cut off.
  static var timeLimit: Int { get }

  /// The state variables in the order of Gymnasium's `state`.
  var variables: [Double] { get }

  /// A random state to start an episode in.
  init(drawing generator: inout PCG64)

  /// The state with these variables, or `nil` if their number is wrong.
  init?(variables: [Double])

  /// Moves on by one step of time under an action that is in `actionSpace`.
  mutating func advance(_ action: Action) -> (reward: Double, terminated: Bool)

  /// Writes what the agent sees to a buffer of `observationSpace.count` values.
  func observe(into buffer: UnsafeMutableBufferPointer<Float>)
}
