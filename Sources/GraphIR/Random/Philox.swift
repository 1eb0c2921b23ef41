/// Philox4x32-10, a counter-based generator: a block of four numbers is a pure function of key and counter.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
public enum Philox {
  /// Returns the four numbers of `counter` under `key`.
  public static func block(key: SIMD2<UInt32>, counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    // Scalars: a vector's elements would be taken apart and put together again in each round.
    var (x, y, z, w) = (counter.x, counter.y, counter.z, counter.w)
    var (k0, k1) = (key.x, key.y)
    for _ in 0..<10 {
      let first = UInt64(x) &* 0xD251_1F53
      let second = UInt64(z) &* 0xCD9E_8D57
      (x, y) = (UInt32(truncatingIfNeeded: second >> 32) ^ y ^ k0, UInt32(truncatingIfNeeded: second))
      (z, w) = (UInt32(truncatingIfNeeded: first >> 32) ^ w ^ k1, UInt32(truncatingIfNeeded: first))
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(x, y, z, w)
  }
}
