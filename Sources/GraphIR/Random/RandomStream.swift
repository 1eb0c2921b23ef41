import Foundation

/// A named stream of random numbers. Its state is a key and the number of blocks drawn.
///
/// Each stream serves one purpose (`noise`, `alpha`, `init`, …): drawing more for one never changes another. Every call
/// starts at a new block and drops the rest of the previous one. This keeps the state small.
public struct RandomStream: Sendable, Hashable, Codable {
  /// The key. It differs between seeds and between names.
  public let key: UInt64
  /// The number of blocks of four words drawn so far.
  public private(set) var counter: UInt64

  /// Creates the stream `name` of a run with seed `seed`, at its start.
  public init(seed: UInt64, name: String) {
    // FNV-1a over the name, then SplitMix64's finaliser: names or seeds that differ by one bit have unrelated keys.
    let digest = name.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    key = Self.mix(Self.mix(seed) ^ digest)
    counter = 0
  }

  /// Creates a stream in a state read from a checkpoint.
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

  /// Returns the next `count` words.
  public mutating func words(_ count: Int) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
      fill(count) { buffer[$0] = $1 }
      initialized = count
    }
  }

  /// Passes the next `count` words to `take`, each with its index.
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

  /// Returns `count` samples of the uniform distribution on [0, 1): multiples of 2⁻²⁴.
  public mutating func uniform(_ count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      fillUniform(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  /// Fills a buffer with samples of the uniform distribution on [0, 1): multiples of 2⁻²⁴.
  public mutating func fillUniform(_ buffer: UnsafeMutableBufferPointer<Float>) {
    fill(buffer.count) { index, word in buffer[index] = Float(word >> 8) * 0x1p-24 }
  }

  /// Returns `count` samples of the standard normal distribution.
  ///
  /// Source: Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958.
  public mutating func normal(_ count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      fillNormal(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  /// Fills a buffer with samples of the standard normal distribution.
  ///
  /// Source: Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958.
  public mutating func fillNormal(_ buffer: UnsafeMutableBufferPointer<Float>) {
    // All words first: without calls of functions in between, the processor computes several blocks at once.
    var last: Float = 0
    fill((buffer.count + 1) / 2 * 2) { index, word in
      if index < buffer.count { buffer[index] = Float(word >> 8) } else { last = Float(word >> 8) }
    }
    for index in stride(from: 0, to: buffer.count, by: 2) {
      let hasNext = index + 1 < buffer.count
      // The range is (0, 1]: the logarithm is finite.
      let radius = (-2 * logf((buffer[index] + 1) * 0x1p-24)).squareRoot()
      let angle = 2 * Float.pi * ((hasNext ? buffer[index + 1] : last) * 0x1p-24)
      buffer[index] = radius * cosf(angle)
      if hasNext { buffer[index + 1] = radius * sinf(angle) }
    }
  }

  /// Returns a tensor of samples of the uniform distribution on [low, high).
  public mutating func uniform(_ shape: Shape, low: Float = 0, high: Float = 1) -> TensorValue {
    // Rounding could otherwise reach `high`.
    let last = Swift.max(low, high.nextDown)
    return TensorValue(uniform(shape.elementCount).map { Swift.min(low + (high - low) * $0, last) }, shape: shape)
  }

  /// Returns a tensor of samples of the standard normal distribution.
  public mutating func normal(_ shape: Shape) -> TensorValue { TensorValue(normal(shape.elementCount), shape: shape) }
}
