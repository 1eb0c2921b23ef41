/// A snapshot of an environment: restoring it continues with the same bits, in the middle of an episode too.
public struct EnvironmentState: Codable, Equatable, Sendable {
  /// The environment it was taken from, as `Environment.id` names it.
  public var environment: String
  /// The state variables of the task, in the order of Gymnasium's `state`.
  public var variables: [Double]
  /// The steps taken in this episode.
  public var elapsedSteps: Int
  /// Whether the episode has ended and waits for a reset.
  public var isOver: Bool
  /// The generator that draws the states in which episodes start.
  public var generator: PCG64

  /// Creates a state from its parts.
  public init(environment: String, variables: [Double], elapsedSteps: Int, isOver: Bool, generator: PCG64) {
    self.environment = environment
    self.variables = variables
    self.elapsedSteps = elapsedSteps
    self.isOver = isOver
    self.generator = generator
  }
}
