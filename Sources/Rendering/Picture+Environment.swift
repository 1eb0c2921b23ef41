import Environments

extension Picture {
  /// Draws the state of an environment, whatever wrappers it is in.
  /// - Parameters:
  ///   - environment: one of those that `EnvironmentID` names.
  ///   - copy: which of its copies.
  ///   - action: what led to the state, in the units of the environment that is wrapped; drawn where it shows, which
  ///     is the torque of Pendulum. `nil`, the default, draws none.
  /// - Throws: `RenderingError` with code `.unsupportedEnvironment`.
  public init(
    of environment: some VectorEnvironment, copy: Int = 0, after action: Action? = nil
  ) throws {
    var film = try Film(of: environment)
    try film.record(environment, copy: copy, after: action)
    self = film[0]
  }
}
