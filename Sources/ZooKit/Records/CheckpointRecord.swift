import Foundation
import RunStore

/// A checkpoint as JSON has it.
public struct CheckpointRecord: Encodable, Sendable {
  /// The id of the run.
  public let run: String
  /// The step.
  public let step: Int
  /// The time at which it was written.
  public let created: Date
  /// SHA-256 over the complete state, in hexadecimal digits.
  public let stateDigest: String
  /// The bytes of its tensors.
  public let bytes: Int

  /// The record of a checkpoint.
  public init(_ checkpoint: Checkpoint) {
    run = checkpoint.id.run
    step = checkpoint.id.step
    created = checkpoint.created
    stateDigest = checkpoint.stateDigest.description
    bytes = checkpoint.byteCount
  }
}
