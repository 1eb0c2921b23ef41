/// The right of one process to write to a run. It ends with ``Store/release(_:status:message:)`` or with the process.
public struct Claim: Hashable, Sendable {
  /// The run's id.
  public let run: String
  /// A random token that distinguishes this claim from a later one of the same run.
  let token: String
}
