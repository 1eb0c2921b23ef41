import Checkpointing
import GraphIR

/// The random streams of an off-policy run, one for each purpose.
struct OffPolicyStreams: CheckpointedParts {
  /// The parts of a checkpoint.
  static var parts: [StatePart<Self>] {
    [
      .init("warmup", \.warmup), .init("action", \.action), .init("exploration", \.exploration),
      .init("replay", \.replay), .init("update", \.update),
    ]
  }

  /// Actions before learning starts.
  var warmup: RandomStream
  /// The policy's actions.
  var action: RandomStream
  /// Noise on actions.
  var exploration: RandomStream
  /// Rows of the replay buffer.
  var replay: RandomStream
  /// Draws of updates.
  var update: RandomStream

  /// The streams of a run with a seed, at step 0.
  init(seed: UInt64) {
    func stream(_ name: String) -> RandomStream { RandomStream(seed: seed, name: name) }
    warmup = stream("warmup")
    action = stream("action")
    exploration = stream("exploration")
    replay = stream("replay")
    update = stream("update")
  }
}
