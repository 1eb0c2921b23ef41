import Foundation

/// The content of `environments.json`, made by `make_environments.py` from Gymnasium and NumPy.
struct Fixture: Decodable {
  /// Draws of NumPy's PCG64: 64-bit words, and `uniform(-0.05, 0.05)`.
  struct Generator: Decodable {
    let seed: UInt64
    let raw: [String]
    let uniform: [String]
  }

  /// Pairs of x and `x**2`, chosen so that x * x is another number.
  struct Squares: Decodable {
    let float64: [[String]]
    let float32: [[String]]
  }

  struct Episodes: Decodable {
    let id: String
    let seed: UInt64
    let rows: [Row]
  }

  /// What a reset (without action and reward) or a step of Gymnasium gave.
  struct Row: Decodable {
    enum Action {
      case discrete(Int)
      case continuous([Float])
    }

    let action: Action?
    let observation: [UInt32]
    let state: [UInt64]
    let reward: UInt64?
    let terminated: Bool
    let truncated: Bool

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      if try container.decodeNil() {
        action = nil
      } else if let choice = try? container.decode(Int.self) {
        action = .discrete(choice)
      } else {
        action = .continuous(Self.words(try container.decode(String.self)).map(Float.init(bitPattern:)))
      }
      observation = Self.words(try container.decode(String.self))
      state = Self.words(try container.decode(String.self))
      reward = try container.decodeNil() ? nil : Self.words(try container.decode(String.self))[0]
      let flags = try container.decode(Int.self)
      terminated = flags & 1 != 0
      truncated = flags & 2 != 0
    }

    static func words<Word: FixedWidthInteger>(_ digits: String) -> [Word] {
      var rest = digits[...]
      var words: [Word] = []
      while !rest.isEmpty {
        words.append(Word(rest.prefix(Word.bitWidth / 4), radix: 16) ?? 0)
        rest = rest.dropFirst(Word.bitWidth / 4)
      }
      return words
    }
  }

  let generators: [Generator]
  let squares: Squares
  let episodes: [Episodes]

  static func load() throws -> Fixture {
    let url = URL(filePath: #filePath).appending(path: "../../Fixtures/environments.json").standardized
    return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
  }
}
