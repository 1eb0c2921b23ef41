/// A small counter-based generator: number i is a hash of `seed + i * gamma`.
///
/// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
struct SplitMix64 {
  private var counter: UInt64

  init(seed: UInt64) {
    counter = seed
  }

  /// A sequence of its own for each pair: hashing the key first distinguishes (k, e) from (k + 1, e - 1).
  init(key: UInt64, stream: UInt64) {
    self.init(seed: Self.mix(Self.mix(key &+ Self.gamma) &+ stream &* Self.gamma))
  }

  mutating func next() -> UInt64 {
    counter &+= Self.gamma
    return Self.mix(counter)
  }

  /// A number in `0..<bound`, with equal probabilities (Lemire, arXiv:1805.10941).
  mutating func next(below bound: UInt64) -> UInt64 {
    let threshold = (0 &- bound) % bound
    while true {
      let (high, low) = next().multipliedFullWidth(by: bound)
      if low >= threshold { return high }
    }
  }

  private static let gamma: UInt64 = 0x9e37_79b9_7f4a_7c15

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
