/// An argument of `gymnasium.make`: any value of JSON, or of a recipe.
public enum GymnasiumArgument: Hashable, Sendable, Codable {
  /// `None`.
  case none
  /// `True` or `False`.
  case bool(Bool)
  /// An `int`.
  case int(Int)
  /// A `float`.
  case float(Double)
  /// A `str`.
  case text(String)
  /// A `list`.
  case list([GymnasiumArgument])
  /// A `dict` with keys of text.
  case dictionary([String: GymnasiumArgument])

  /// The only key of an object for a `float` that is a whole number: JSON does not distinguish 2.0 from 2.
  private static let float = "__float__"

  /// Reads any value from a decoder of JSON, YAML or the like.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .none
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .int(value)
    } else if let value = try? container.decode(Double.self) {
      self = .float(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let values = try? container.decode([GymnasiumArgument].self) {
      self = .list(values)
    } else if let value = try? container.decode([String: Double].self), value.count == 1, let number = value[Self.float]
    {
      self = .float(number)
    } else {
      self = .dictionary(try container.decode([String: GymnasiumArgument].self))
    }
  }

  /// Writes the value alone, or a `float` without a fraction as `{"__float__": 2}`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .none: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .float(let value) where value == value.rounded(): try container.encode([Self.float: value])
    case .float(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .dictionary(let values): try container.encode(values)
    }
  }
}
