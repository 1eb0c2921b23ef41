import Foundation

/// A named stream of random numbers. Its whole state is a key and the number of blocks drawn.
///
/// One stream serves one purpose (`noise`, `alpha`, `init`, …), so that drawing more for one never changes another.
/// Every call starts at a block of its own: what is left of the last block is dropped, which keeps the state that
/// small.
public struct RandomStream: Sendable, Hashable, Codable {
  /// The key: it differs between seeds and between names.
  public let key: UInt64
  /// The number of blocks of four words drawn so far.
  public private(set) var counter: UInt64

  /// The stream `name` of a run with seed `seed`, from its beginning.
  public init(seed: UInt64, name: String) {
    // FNV-1a over the name, then SplitMix64's finaliser: names and seeds that differ by one bit give unrelated keys.
    let digest = name.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    key = Self.mix(Self.mix(seed) ^ digest)
    counter = 0
  }

  /// A stream in a state read back from a checkpoint.
  public init(key: UInt64, counter: UInt64) {
    self.key = key
    self.counter = counter
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The next `count` words.
  public mutating func words(_ count: Int) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
      fill(count) { buffer[$0] = $1 }
      initialized = count
    }
  }

  /// Hands the next `count` words on, each with its number.
  private mutating func fill(_ count: Int, _ take: (Int, UInt32) -> Void) {
    let keyWords = SIMD2(UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    for first in stride(from: 0, to: count, by: 4) {
      let words = Philox.block(
        key: keyWords,
        counter: SIMD4(UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), 0, 0))
      counter &+= 1
      for lane in 0..<min(4, count - first) { take(first + lane, words[lane]) }
    }
  }

  /// `count` numbers from the uniform distribution on [0, 1): multiples of 2⁻²⁴.
  public mutating func uniform(_ count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      fillUniform(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  /// Fills a buffer with numbers from the uniform distribution on [0, 1): multiples of 2⁻²⁴.
  public mutating func fillUniform(_ buffer: UnsafeMutableBufferPointer<Float>) {
    fill(buffer.count) { index, word in buffer[index] = Float(word >> 8) * 0x1p-24 }
  }

  /// `count` numbers from the standard normal distribution.
  ///
  /// Source: Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958.
  public mutating func normal(_ count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      fillNormal(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  /// Fills a buffer with numbers from the standard normal distribution.
  ///
  /// Source: Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958.
  public mutating func fillNormal(_ buffer: UnsafeMutableBufferPointer<Float>) {
    var radius: Float = 0
    fill((buffer.count + 1) / 2 * 2) { index, word in
      guard index % 2 == 1 else {
        // (0, 1], so that the logarithm is finite.
        radius = (-2 * logf((Float(word >> 8) + 1) * 0x1p-24)).squareRoot()
        return
      }
      let angle = 2 * Float.pi * (Float(word >> 8) * 0x1p-24)
      buffer[index - 1] = radius * cosf(angle)
      if index < buffer.count { buffer[index] = radius * sinf(angle) }
    }
  }

  /// A uniformly distributed tensor on [low, high).
  public mutating func uniform(_ shape: Shape, low: Float = 0, high: Float = 1) -> TensorValue {
    // Rounding could otherwise reach `high`.
    let last = Swift.max(low, high.nextDown)
    return TensorValue(uniform(shape.elementCount).map { Swift.min(low + (high - low) * $0, last) }, shape: shape)
  }

  /// A tensor of standard normal numbers.
  public mutating func normal(_ shape: Shape) -> TensorValue { TensorValue(normal(shape.elementCount), shape: shape) }
}
