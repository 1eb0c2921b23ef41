/// The interval of an off-policy algorithm's updates: in YAML and JSON a number of steps, or `episode`.
public enum UpdateFrequency: Sendable, Hashable, Codable {
  /// After this many steps of every environment.
  case steps(Int)
  /// After each episode; for one environment only.
  case episode

  private static let episodeName = "episode"

  /// Reads a number of steps, or `episode`.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let steps = try? value.decode(Int.self) {
      self = .steps(steps)
      return
    }
    guard let name = try? value.decode(String.self), name == Self.episodeName else {
      throw DecodingError.dataCorruptedError(in: value, debugDescription: "expected a number of steps, or 'episode'")
    }
    self = .episode
  }

  /// Writes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .steps(let steps): try value.encode(steps)
    case .episode: try value.encode(Self.episodeName)
    }
  }
}
