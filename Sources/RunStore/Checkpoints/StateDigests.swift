import Checkpointing
import GraphIR

/// The digests of a snapshot's tensors, and of its whole state. Each tensor is hashed once for both.
struct StateDigests: Sendable {
  /// The digests of the tensors, by name.
  let tensors: [String: Digest]
  /// The digest of the whole snapshot; `TrainingState.digest` defines the hashed bytes.
  let state: Digest

  init(of snapshot: TrainingState) {
    self.init(of: snapshot, tensors: snapshot.tensors.mapValues(\.digest))
  }

  /// The digests of a snapshot whose tensors' digests are known.
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

  /// The entries in the order of their names' UTF-8 bytes. Swift orders strings by Unicode's canonical equivalence,
  /// which other programs could not easily recompute.
  private static func sorted<Value>(_ entries: [String: Value]) -> [(key: String, value: Value)] {
    entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }
}
