/// Whether operators are recorded on the tape.
public enum GradMode {
  /// The mode of the current task; true by default. ``noGrad(_:)`` sets it to false.
  @TaskLocal public static var isEnabled = true
}

/// Runs `body` without recording. Its results require no gradient.
public func noGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
  try GradMode.$isEnabled.withValue(false, operation: body)
}

/// Runs `body` with recording, also inside of ``noGrad(_:)``.
public func enableGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
  try GradMode.$isEnabled.withValue(true, operation: body)
}
