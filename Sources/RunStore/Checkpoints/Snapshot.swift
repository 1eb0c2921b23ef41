import GraphIR

/// The complete state of a run at one step: everything that its next step depends on.
///
/// A snapshot shares the memory of its tensors with their producer. Taking one costs almost nothing.
public struct Snapshot: Sendable, Equatable {
  /// The number of finished steps.
  public var step: Int
  /// Parameters, statistics and optimiser state, by their lasting names.
  public var tensors: [String: TensorValue]
  /// The random streams by purpose.
  public var streams: [String: RandomStream]
  /// All other state: cursors, phases, totals.
  public var counters: [String: Int64]

  /// A snapshot.
  public init(
    step: Int, tensors: [String: TensorValue] = [:], streams: [String: RandomStream] = [:],
    counters: [String: Int64] = [:]
  ) {
    self.step = step
    self.tensors = tensors
    self.streams = streams
    self.counters = counters
  }

  /// SHA-256 over the complete state: equal exactly for equal snapshots.
  ///
  /// The hashed bytes follow. Every integer is little-endian. Every text is its UTF-8 byte count (UInt32) and its
  /// UTF-8.
  /// 1. the text `zoo-state-1`, then ``step`` (Int64);
  /// 2. for each tensor the byte 1, its name, and the 32 bytes of its own digest: SHA-256 over the element type's name
  ///    as a text (`float32`, `float64`, `int64`, `bool`), the rank (UInt32), the extents (Int64 each) and the
  ///    row-major elements;
  /// 3. for each random stream the byte 2, its name, its key (UInt64) and its counter (UInt64);
  /// 4. for each counter the byte 3, its name and its value (Int64).
  ///
  /// Names are in the order of their UTF-8 bytes within each kind.
  public var digest: Digest { SnapshotDigests(of: self).state }

  /// Every name in it.
  var names: [String] { Array(tensors.keys) + Array(streams.keys) + Array(counters.keys) }
}
