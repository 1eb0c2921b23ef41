/// An optimiser whose type a recipe or a stored run names: `{adam: {betas: [0.5, 0.9]}}`.
public struct AnyOptimizer: Sendable, Hashable, Codable {
  /// The optimiser.
  public var base: any Optimizer

  /// Wraps an optimiser.
  public init(_ base: any Optimizer) { self.base = base }

  /// The name in recipes, and of the state in checkpoints: `adam`.
  public var name: String { type(of: base).name }

  /// Whether both have the same type and equal hyperparameters.
  public static func == (first: Self, second: Self) -> Bool {
    func isEqual<Base: Optimizer>(_ base: Base) -> Bool { second.base as? Base == base }
    return isEqual(first.base)
  }

  /// Hashes the hyperparameters.
  public func hash(into hasher: inout Hasher) { base.hash(into: &hasher) }
}

extension AnyOptimizer {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// The key of `Decoder.userInfo` for the optimisers by name, a `[String: any Optimizer.Type]`; without it, the
  /// library's own.
  public static let types = CodingUserInfoKey(rawValue: "optimizers")

  private static let standard: [String: any Optimizer.Type] = [
    Adam.name: Adam.self, AdamW.name: AdamW.self, RMSprop.name: RMSprop.self, SGD.name: SGD.self,
  ]

  /// Reads an object whose only key is an optimiser's name.
  public init(from decoder: any Decoder) throws {
    let types = Self.types.flatMap { decoder.userInfo[$0] as? [String: any Optimizer.Type] } ?? Self.standard
    let values = try decoder.container(keyedBy: Key.self)
    func optimizer(_ type: (some Optimizer).Type, _ key: Key) throws -> any Optimizer {
      try values.decode(type, forKey: key)
    }
    guard values.allKeys.count == 1, let type = types[values.allKeys[0].stringValue] else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "expected one of \(types.keys.sorted())"))
    }
    base = try optimizer(type, values.allKeys[0])
  }

  /// Writes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(base, forKey: Key(stringValue: name))
  }
}
