import Foundation
import ZooKit
import Testing

/// For every text, reading ends with a recipe or a `RecipeError` with a position.
@Suite("Recipes, damaged")
struct RecipeFuzzTests {
  /// Reads a damaged recipe. Returns whether it was still valid.
  private func survives(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    do {
      let recipe = try Recipe(yaml: text, source: "fuzz.yaml")
      #expect(!recipe.networks.isEmpty)
      return true
    } catch {
      #expect(error.description.hasPrefix("fuzz.yaml:"), "\(error) for \(text)")
      #expect(error.location?.line != nil, "\(error) for \(text)")
      return false
    }
  }

  @Test("Cut off after any byte", arguments: Recipe.builtIn.map(\.text) + [RecipeExample.text])
  func truncated(_ text: String) {
    let bytes = Array(text.utf8)
    let survivors = bytes.indices.filter { survives(Array(bytes.prefix($0))) }
    // The only parts that can be cut off are optional ones at the end.
    #expect(survivors.allSatisfy { $0 > bytes.count / 2 })
    #expect(survives(bytes))
  }

  @Test("Changed at random", arguments: 0..<8)
  func mutated(_ seed: Int) {
    var generator = Xorshift(state: UInt64(seed) &* 2_654_435_761 + 1)
    let interesting = Array("{}[]:,-#&*!|>'\"%@`?\t\n 09.eE~\\\u{e9}\0".utf8) + [0xFF, 0xC3, 0x7F]
    let original = Array(RecipeExample.text.utf8)
    var failures = 0
    for _ in 0..<400 {
      var bytes = original
      for _ in 0...Int.random(in: 0..<4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] = interesting.randomElement(using: &generator) ?? 0
        case 1: bytes.insert(interesting.randomElement(using: &generator) ?? 0, at: place)
        case 2: bytes.remove(at: place)
        case 3: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        default:
          let end = min(bytes.count, place + Int.random(in: 1..<60, using: &generator))
          bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0..<bytes.count, using: &generator))
        }
      }
      failures += survives(bytes) ? 0 : 1
    }
    #expect(failures > 100)
  }
}

/// Marsaglia's xorshift64: the same sequence on every machine.
private struct Xorshift: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
