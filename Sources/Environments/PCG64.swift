/// NumPy's default generator, PCG XSL RR 128/64, bit for bit.
///
/// Source: O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number
/// Generation", HMC-CS-2014-0905; the seeding is `numpy.random.PCG64(numpy.random.SeedSequence(seed))`.
public struct PCG64: RandomNumberGenerator, Equatable, Sendable {
  private var state: UInt128
  private let increment: UInt128

  /// Creates the generator of `numpy.random.default_rng(seed)`.
  public init(seed: UInt64) {
    let words = SeedSequence(seed).words(4)
    increment = Self.join(words[2], words[3]) << 1 | 1
    state = increment &+ Self.join(words[0], words[1])
    advance()
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    advance()
    let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let turn = UInt64(truncatingIfNeeded: state >> 122)
    return folded >> turn | folded << (64 &- turn & 63)
  }

  /// A number from [low, high) with 53 random bits, drawn as by `Generator.uniform(low, high)`.
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * (Double(next() >> 11) * 0x1p-53)
  }

  /// The number of words in the state of a generator.
  static let wordCount = 4

  /// The bits of the generator: state and increment, the high half of each first.
  var words: [Int64] {
    [state, increment].flatMap { [Int64(truncatingIfNeeded: $0 >> 64), Int64(truncatingIfNeeded: $0)] }
  }

  /// The generator with these bits; `nil` unless there are four words, the last of them odd.
  init?(words: [Int64]) {
    guard words.count == Self.wordCount, !words[3].isMultiple(of: 2) else { return nil }
    let bits = words.map { UInt64(bitPattern: $0) }
    state = Self.join(bits[0], bits[1])
    increment = Self.join(bits[2], bits[3])
  }

  private static let multiplier = join(0x2360_ed05_1fc6_5da4, 0x4385_df64_9fcc_f645)

  private mutating func advance() {
    state = state &* Self.multiplier &+ increment
  }

  private static func join(_ high: UInt64, _ low: UInt64) -> UInt128 {
    UInt128(high) << 64 | UInt128(low)
  }
}
