/// Spreads a seed over the bits that a generator needs: NumPy's `SeedSequence` without spawning.
///
/// Source: numpy/random/bit_generator.pyx, after Melissa O'Neill's `seed_seq_fe`. All arithmetic is modulo 2^32.
struct SeedSequence {
  private var pool: [UInt32]

  /// Mixes a seed into the pool of four words.
  init(_ seed: UInt64) {
    let entropy = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32), 0, 0]
    var hash = Hash(constant: 0x43b0_d7e5, multiplier: 0x931e_8875)
    pool = entropy.map { hash($0) }
    for source in pool.indices {
      for target in pool.indices where target != source {
        pool[target] = Self.mix(pool[target], hash(pool[source]))
      }
    }
  }

  /// The first `count` 64-bit words of the sequence, as `generate_state(count, numpy.uint64)` returns them.
  func words(_ count: Int) -> [UInt64] {
    var hash = Hash(constant: 0x8b51_f9dd, multiplier: 0x58f3_8ded)
    return (0..<count).map { word in
      let low = hash(pool[2 * word % pool.count])
      let high = hash(pool[(2 * word + 1) % pool.count])
      return UInt64(high) << 32 | UInt64(low)
    }
  }

  private static func mix(_ x: UInt32, _ y: UInt32) -> UInt32 {
    let mixed = 0xca01_f9dd &* x &- 0x4973_f715 &* y
    return mixed ^ mixed >> 16
  }

  /// A multiplicative hash whose constant changes with each use.
  private struct Hash {
    var constant: UInt32
    let multiplier: UInt32

    mutating func callAsFunction(_ value: UInt32) -> UInt32 {
      let mixed = value ^ constant
      constant &*= multiplier
      let product = mixed &* constant
      return product ^ product >> 16
    }
  }
}
