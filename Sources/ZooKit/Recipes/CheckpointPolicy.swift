/// The policy of a run for writing and keeping checkpoints.
public struct CheckpointPolicy: Sendable, Hashable, Codable {
  /// Steps from one checkpoint to the next.
  public var every: Int
  /// The number of newest checkpoints that are kept.
  public var keepLast: Int
  /// Checkpoints at multiples of this many steps are kept as well; nil for none.
  public var keepEvery: Int?

  /// Creates a policy.
  public init(every: Int = 1000, keepLast: Int = 3, keepEvery: Int? = nil) {
    self.every = every
    self.keepLast = keepLast
    self.keepEvery = keepEvery
  }
}

extension CheckpointPolicy {
  private enum Key: String, CaseIterable { case every, keep }
  private enum KeepKey: String, CaseIterable { case last, every }

  /// Reads `{every: 1000, keep: {last: 3, every: 10000}}`. Missing keys have the public initialiser's defaults.
  init(_ value: RecipeValue) throws(RecipeError) {
    self.init()
    try read(value)
  }

  /// Replaces the properties that `value` contains.
  mutating func read(_ value: RecipeValue) throws(RecipeError) {
    let policy = try value.mapping(of: Key.self)
    if let value = policy[.every] { every = try value.integer() }
    guard let keep = try policy[.keep]?.mapping(of: KeepKey.self) else { return }
    if let value = keep[.last] { keepLast = try value.integer() }
    if let value = keep[.every] {
      let steps = try value.integer()
      guard steps % every == 0 else {
        throw value.error(
          .badValue, "\(value.path) is \(steps), expected a multiple of \(every), the steps between checkpoints")
      }
      keepEvery = steps
    }
  }
}
