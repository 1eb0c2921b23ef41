/// α of soft actor-critic: in YAML and JSON a number, `auto`, or `auto_0.1`.
public enum EntropyCoefficient: Sendable, Hashable, Codable {
  /// The same value in every update.
  case constant(Double)
  /// A learned value that keeps the entropy at its target, from this initial value on.
  case automatic(initial: Double)

  private static let automaticName = "auto"

  /// Reads a number, `auto` for a value that is learned from 1 on, or `auto_NUMBER`.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(Double.self) {
      self = .constant(number)
      return
    }
    let words =
      (try? value.decode(String.self))?.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false) ?? []
    guard words.first == Self.automaticName[...], let initial = words.count == 1 ? 1 : Double(words[1]) else {
      throw DecodingError.dataCorruptedError(
        in: value, debugDescription: "expected a number, 'auto', or 'auto_' with a number, such as 'auto_0.1'")
    }
    self = .automatic(initial: initial)
  }

  /// Writes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .constant(let number): try value.encode(number)
    case .automatic(1): try value.encode(Self.automaticName)
    case .automatic(let initial): try value.encode("\(Self.automaticName)_\(initial)")
    }
  }

  /// - Throws: ``AlgorithmError`` if the value is out of range.
  func validate() throws {
    switch self {
    case .constant(let number): try SettingCheck.nonnegative("entropyCoefficient", number)
    case .automatic(let initial): try SettingCheck.positive("entropyCoefficient", initial)
    }
  }
}
