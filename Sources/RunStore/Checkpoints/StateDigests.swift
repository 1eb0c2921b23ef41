import Checkpointing
import GraphIR

/// The digests of a snapshot's tensors, and of the state that they make up. Each tensor is hashed once for both.
struct StateDigests: Sendable {
  /// By the tensors' names.
  let tensors: [String: Digest]
  /// The digest of the whole snapshot; ``TrainingState/digest`` says what it covers.
  let state: Digest

  init(of snapshot: TrainingState) {
    self.init(of: snapshot, tensors: snapshot.tensors.mapValues(\.digest))
  }

  /// With the tensors' digests known already.
  init(of snapshot: TrainingState, tensors: [String: Digest]) {
    var builder = DigestBuilder()
    builder.append("zoo-state-1")
    builder.append(Int64(snapshot.step))
    for (name, digest) in Self.sorted(tensors) {
      builder.append(UInt8(1))
      builder.append(name)
      builder.append(digest)
    }
    for (name, stream) in Self.sorted(snapshot.streams) {
      builder.append(UInt8(2))
      builder.append(name)
      builder.append(stream.key)
      builder.append(stream.counter)
    }
    for (name, value) in Self.sorted(snapshot.counters) {
      builder.append(UInt8(3))
      builder.append(name)
      builder.append(value)
    }
    self.tensors = tensors
    state = builder.finalize()
  }

  /// Swift's own order of strings is by Unicode's canonical equivalence. Other programs could not easily recompute
  /// that.
  private static func sorted<Value>(_ entries: [String: Value]) -> [(key: String, value: Value)] {
    entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }
}
