import Environments
import Foundation

/// The content of `environments.json`, made by `make_environments.py` from Gymnasium and NumPy, or of the file that
/// `ZOO_ENVIRONMENTS` names.
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

  /// Float32s with their sine and cosine, chosen so that float64 has others, and a digest of a grid.
  struct Waves: Decodable {
    let differing: [[String]]
    let count: Int
    let digest: String
  }

  /// The sum of the first `count` numbers of a sequence.
  struct Sum: Decodable {
    let count: Int
    let bits: String

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      count = try container.decode(Int.self)
      bits = try container.decode(String.self)
    }
  }

  struct Episodes: Decodable {
    let id: String
    let seed: UInt64
    let rows: [FixtureRow]
  }

  /// Many resets of one environment.
  struct Resets: Decodable {
    let id: String
    let seed: UInt64
    let count: Int
    let digest: String
  }

  /// A step of CartPole from a state in which the square of the angular velocity matters.
  struct Spin: Decodable {
    let before: [UInt64]
    let action: Int
    let after: [UInt64]

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      before = words(try container.decode(String.self))
      action = try container.decode(Int.self)
      after = words(try container.decode(String.self))
    }
  }

  /// A long run of one environment.
  struct Trajectory: Decodable {
    let id: String
    let seed: UInt64
    let block: Int
    let terminated: Int
    let truncated: Int
    let digests: [String]
  }

  /// A run of several copies in wrappers.
  struct Vector: Decodable {
    let id: String
    let mode: AutoresetMode
    let copies: Int
    let seed: UInt64
    let block: Int
    let limit: Int
    let layers: [String]
    let bounds: [Double]
    /// Mean, variance and count at the end, by layer.
    let moments: [String: [String]]
    let digests: [String]
  }

  let generators: [Generator]
  let squares: Squares
  let waves: Waves
  let sums: [Sum]
  let episodes: [Episodes]
  let resets: [Resets]
  let spins: [Spin]
  let trajectories: [Trajectory]
  let vectors: [Vector]

  static func load() throws -> Fixture {
    let committed = URL(filePath: #filePath).appending(path: "../../Fixtures/environments.json").standardized
    let url = ProcessInfo.processInfo.environment["ZOO_ENVIRONMENTS"].map { URL(filePath: $0) } ?? committed
    return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
  }
}

extension AutoresetMode: Decodable {}

/// The numbers whose bits a string of hexadecimal digits has, one after another.
func words<Word: FixedWidthInteger>(_ digits: String) -> [Word] {
  var rest = digits[...]
  var words: [Word] = []
  while !rest.isEmpty {
    words.append(Word(rest.prefix(Word.bitWidth / 4), radix: 16) ?? 0)
    rest = rest.dropFirst(Word.bitWidth / 4)
  }
  return words
}

/// All hexadecimal digits of a number.
func hexadecimal(_ value: some FixedWidthInteger) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: type(of: value).bitWidth / 4 - digits.count) + digits
}
