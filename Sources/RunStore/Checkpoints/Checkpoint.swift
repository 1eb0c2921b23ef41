import Checkpointing
import Foundation

/// A checkpoint in a listing, without its state.
public struct Checkpoint: Hashable, Sendable {
  /// The run's id and the step.
  public let id: CheckpointID
  /// The time at which it was written.
  public let created: Date
  /// SHA-256 over the complete state; `TrainingState.digest` defines the hashed bytes.
  public let stateDigest: Digest
  /// The bytes of its tensors. Checkpoints share equal tensors: the file may be smaller than their sum.
  public let byteCount: Int
}
