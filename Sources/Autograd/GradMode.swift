/// Whether operators are put on the tape.
public enum GradMode {
  /// The mode of the current task; true unless ``noGrad(_:)`` says otherwise.
  @TaskLocal public static var isEnabled = true
}

/// Runs `body` without recording: what it computes requires no gradient.
public func noGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
  try GradMode.$isEnabled.withValue(false, operation: body)
}

/// Runs `body` with recording, inside of ``noGrad(_:)`` too.
public func enableGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
  try GradMode.$isEnabled.withValue(true, operation: body)
}
