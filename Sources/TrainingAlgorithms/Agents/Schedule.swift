/// A value that may change during a run: constant, or decreasing linearly to 0 at the run's target.
///
/// In YAML and JSON `3e-4` is a constant and `{linear: 1e-3}` decreases from 10⁻³.
public enum Schedule: Sendable, Hashable, Codable {
  /// The same value in every step.
  case constant(Double)
  /// This value in the first step, decreasing to 0 at the target.
  case linear(Double)

  /// The value at the start of the run.
  public var first: Double {
    switch self {
    case .constant(let number), .linear(let number): number
    }
  }

  /// Whether the value is the same in every step.
  public var isConstant: Bool {
    if case .constant = self { true } else { false }
  }

  /// The value when the fraction `remaining` of the run is left, from 1 to 0.
  public func value(remaining: Double) -> Double {
    switch self {
    case .constant(let number): number
    case .linear(let number): number * remaining
    }
  }

  /// The value in the step that follows `steps` of a run with a target.
  public func value(after steps: Int, of target: Int) -> Double {
    value(remaining: max(0, 1 - Double(steps) / Double(target)))
  }

  private enum CodingKeys: String, CodingKey { case linear }

  /// Reads a number, or an object with the key `linear`.
  public init(from decoder: any Decoder) throws {
    if let number = try? decoder.singleValueContainer().decode(Double.self) {
      self = .constant(number)
    } else {
      self = .linear(try decoder.container(keyedBy: CodingKeys.self).decode(Double.self, forKey: .linear))
    }
  }

  /// Writes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .constant(let number):
      var value = encoder.singleValueContainer()
      try value.encode(number)
    case .linear(let number):
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(number, forKey: .linear)
    }
  }
}
