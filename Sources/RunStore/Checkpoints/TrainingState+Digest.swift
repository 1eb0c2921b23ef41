import Checkpointing

extension TrainingState {
  /// SHA-256 over the complete state: equal exactly for equal states.
  ///
  /// Every integer is little-endian. Every text is its UTF-8 byte count (UInt32) and its UTF-8. The hashed bytes are:
  /// 1. the text `zoo-state-1`, then `step` (Int64);
  /// 2. for each tensor the byte 1, its name, and the 32 bytes of its own digest: SHA-256 over the element type's name
  ///    as a text (`float32`, `float64`, `int64`, `bool`), the rank (UInt32), the extents (Int64 each) and the
  ///    row-major elements;
  /// 3. for each random stream the byte 2, its name, its key (UInt64) and its counter (UInt64);
  /// 4. for each counter the byte 3, its name and its value (Int64).
  ///
  /// Names are in the order of their UTF-8 bytes within each kind.
  public var digest: Digest { StateDigests(of: self).state }
}
