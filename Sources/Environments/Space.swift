/// What an action or an observation may be.
public enum Space: Equatable, Sendable {
  /// One of `count` choices, numbered from 0.
  case discrete(count: Int)
  /// A vector of float32 within bounds.
  case box(Box)

  /// Whether the space has this action: a choice that exists, or a vector of the right length.
  ///
  /// A vector's values may lie outside the bounds, as Gymnasium's environments clip them; NaN isn't accepted.
  public func accepts(_ action: Action) -> Bool {
    switch (self, action) {
    case (.discrete(let count), .discrete(let choice)): (0..<count).contains(choice)
    case (.box(let box), .continuous(let values)): values.count == box.count && !values.contains(where: \.isNaN)
    case (.discrete, .continuous), (.box, .discrete): false
    }
  }
}
