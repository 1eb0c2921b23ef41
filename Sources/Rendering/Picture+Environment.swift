import Environments
import Pictures

extension Picture {
  /// Draws the state of an environment, in any wrappers.
  /// - Parameters:
  ///   - environment: one of the environments of `EnvironmentID`.
  ///   - copy: the index of the environment.
  ///   - action: the action that led to the state, in the units of the wrapped environment. It is drawn where it shows:
  ///     the torque of Pendulum. `nil`, the default, draws none.
  /// - Throws: `RenderingError` with code `.unsupportedEnvironment`.
  public init(
    of environment: some VectorEnvironment, copy: Int = 0, after action: Action? = nil
  ) throws {
    var film = try Film(of: environment)
    try film.record(environment, copy: copy, after: action)
    self = film[0]
  }
}
