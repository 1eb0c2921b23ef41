import GraphIR

/// The random streams of an off-policy run, one for each purpose.
struct OffPolicyStreams {
  /// Actions before learning starts.
  var warmup: RandomStream
  /// The policy's actions.
  var action: RandomStream
  /// Noise on actions.
  var exploration: RandomStream
  /// Rows of the buffer.
  var replay: RandomStream
  /// What updates take.
  var update: RandomStream

  private init(_ stream: (String) throws -> RandomStream) rethrows {
    warmup = try stream("warmup")
    action = try stream("action")
    exploration = try stream("exploration")
    replay = try stream("replay")
    update = try stream("update")
  }

  /// The streams of a run with a seed, from their beginning.
  init(seed: UInt64) { self.init { RandomStream(seed: seed, name: $0) } }

  /// The streams of a checkpoint.
  ///
  /// - Throws: ``AlgorithmError`` where one is missing.
  init(in state: TrainingState) throws { try self.init(state.stream) }

  /// The streams by name.
  var named: [String: RandomStream] {
    ["warmup": warmup, "action": action, "exploration": exploration, "replay": replay, "update": update]
  }
}
