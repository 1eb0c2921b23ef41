import Foundation
import GraphIR
import TestSupport
import Testing

@Suite("Random streams")
struct RandomTests {
  @Test(
    "Philox4x32-10 gives the known answers of Random123",
    arguments: [
      // kat_vectors of Random123 1.09, nested lists of counter, key and result.
      [[0, 0, 0, 0], [0, 0], [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]],
      [
        [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], [0xFFFF_FFFF, 0xFFFF_FFFF],
        [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD],
      ],
      [
        [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], [0xA409_3822, 0x299F_31D0],
        [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1],
      ],
    ] as [[[UInt32]]])
  func knownAnswers(vector: [[UInt32]]) {
    let block = Philox.block(key: SIMD2(vector[1]), counter: SIMD4(vector[0]))
    #expect(block == SIMD4(vector[2]))
  }

  @Test("a stream's words are Philox blocks of its key, and every call starts at a new block")
  func words() {
    var stream = RandomStream(seed: 7, name: "noise")
    let key = SIMD2(UInt32(truncatingIfNeeded: stream.key), UInt32(stream.key >> 32))
    func block(_ counter: UInt32) -> [UInt32] {
      let words = Philox.block(key: key, counter: SIMD4(counter, 0, 0, 0))
      return (0..<4).map { words[$0] }
    }
    #expect(stream.words(6) == Array((block(0) + block(1)).prefix(6)))
    #expect(stream.counter == 2)
    #expect(stream.words(0) == [])
    #expect(stream.words(1) == [block(2)[0]])
    #expect(stream.counter == 3)
    var late = RandomStream(key: stream.key, counter: UInt64(UInt32.max) + 5)
    let words = Philox.block(key: key, counter: SIMD4(4, 1, 0, 0))
    #expect(late.words(4) == (0..<4).map { words[$0] })
  }

  @Test("a stream continues from its key and counter, also from a file")
  func restores() throws {
    var stream = RandomStream(seed: 1, name: "alpha")
    _ = stream.normal(1001)
    var copy = RandomStream(key: stream.key, counter: stream.counter)
    var decoded = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
    #expect(decoded == stream && copy == stream)
    let expected = stream.uniform([3, 5])
    #expect(copy.uniform([3, 5]) == expected)
    #expect(decoded.uniform([3, 5]) == expected)
    #expect(stream.uniform([3, 5]) != expected)
  }

  @Test("streams of different seeds and names have different keys")
  func keys() {
    let names = ["noise", "alpha", "init", "order", "", "noisf"] + (0..<200).map { "s\($0)" }
    let keys = (0..<200).flatMap { seed in names.map { RandomStream(seed: UInt64(seed), name: $0).key } }
    #expect(Set(keys).count == keys.count)
  }

  @Test("uniform draws have the moments of the uniform distribution, and streams do not correlate")
  func uniform() {
    let count = 200_000
    var (first, second) = (RandomStream(seed: 5, name: "a"), RandomStream(seed: 5, name: "b"))
    let (x, y) = (first.uniform(count).map(Double.init), second.uniform(count).map(Double.init))
    #expect(x.allSatisfy { $0 >= 0 && $0 < 1 && ($0 * 0x1p24).rounded() == $0 * 0x1p24 })
    let n = Double(count)
    func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / n }
    // The tolerances are five standard errors: √(1/12n), √(1/180n), (1/12)/√n.
    #expect(mismatch([mean(x)], [0.5], absolute: 5 / (12 * n).squareRoot()) == nil)
    #expect(
      mismatch([mean(x.map { ($0 - 0.5) * ($0 - 0.5) })], [1.0 / 12], absolute: 5 / (180 * n).squareRoot()) == nil)
    #expect(mismatch([mean(zip(x, y).map { ($0 - 0.5) * ($1 - 0.5) })], [0], absolute: 5 / 12 / n.squareRoot()) == nil)
    #expect(
      mismatch([mean(zip(x, x.dropFirst()).map { ($0 - 0.5) * ($1 - 0.5) })], [0], absolute: 5 / 12 / n.squareRoot())
        == nil)
    // Chi-square over 64 cells: mean 63, standard deviation √126.
    var cells = [Double](repeating: 0, count: 64)
    for number in x { cells[Int(number * 64)] += 1 }
    let chi = cells.reduce(0) { $0 + ($1 - n / 64) * ($1 - n / 64) / (n / 64) }
    #expect(mismatch([chi], [63], absolute: 5 * 126.0.squareRoot()) == nil)
  }

  @Test("normal draws have the moments and the distribution function of the normal distribution")
  func normal() {
    let count = 200_000
    var stream = RandomStream(seed: 9, name: "noise")
    let x = stream.normal(count).map(Double.init)
    let n = Double(count)
    #expect(x.allSatisfy { $0.isFinite })
    // Moments 1 to 4 of N(0, 1), with five standard errors: √(1, 2, 15, 96) / √n.
    for (power, expected, variance) in [(1.0, 0.0, 1.0), (2, 1, 2), (3, 0, 15), (4, 3, 96)] {
      let moment = x.reduce(0) { $0 + pow($1, power) } / n
      #expect(mismatch([moment], [expected], absolute: 5 * (variance / n).squareRoot()) == nil, "moment \(power)")
    }
    // Kolmogorov and Smirnov: √n · D exceeds 2.2 once in 10,000 cases.
    let distance = x.sorted().enumerated().reduce(0.0) { worst, entry in
      let probability = 0.5 * erfc(-entry.element / 2.0.squareRoot())
      return max(worst, abs(probability - Double(entry.offset) / n), abs(probability - Double(entry.offset + 1) / n))
    }
    #expect(distance * n.squareRoot() < 2.2)
    // Both halves of a Box-Muller pair are independent.
    let product = stride(from: 0, to: count, by: 2).reduce(0) { $0 + x[$1] * x[$1 + 1] } / (n / 2)
    #expect(mismatch([product], [0], absolute: 5 / (n / 2).squareRoot()) == nil)
  }

  @Test("odd counts of normal draws, and none")
  func oddCounts() {
    var (one, other) = (RandomStream(seed: 2, name: "n"), RandomStream(seed: 2, name: "n"))
    #expect(Array(one.normal(8).prefix(7)) == other.normal(7))
    #expect(one.counter == other.counter)
    #expect(one.normal(0) == [])
    #expect(one.normal([2, 3]).type == TensorType(.float32, [2, 3]))
  }

  @Test(
    "a uniform tensor stays below its upper bound",
    arguments: [(10, 11), (-1, 1), (0, 3), (2, 2), (1e6, 1e6 + 1)] as [(Float, Float)])
  func bounds(low: Float, high: Float) {
    var stream = RandomStream(seed: 3, name: "u")
    let numbers = stream.uniform([1 << 18], low: low, high: high).elements(as: Float.self)
    #expect(numbers.allSatisfy { $0 >= low && ($0 < high || low == high) })
  }
}
