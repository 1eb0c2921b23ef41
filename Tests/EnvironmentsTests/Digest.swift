/// A digest of a long sequence of words, as `make_environments.py` computes it.
struct Digest {
  private var value: UInt64 = 0xcbf2_9ce4_8422_2325

  var text: String { hexadecimal(value) }

  mutating func add(_ word: UInt64) {
    value = (value ^ word) &* 0x100_0000_01b3
    value ^= value >> 32
  }

  mutating func add(_ numbers: some Sequence<Float>) {
    for number in numbers {
      add(UInt64(number.bitPattern))
    }
  }

  mutating func add(_ numbers: some Sequence<Double>) {
    for number in numbers {
      add(number.bitPattern)
    }
  }

  mutating func add(terminated: Bool, truncated: Bool) {
    add((terminated ? 1 : 0) + (truncated ? 2 : 0))
  }
}
