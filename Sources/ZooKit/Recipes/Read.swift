import Algorithms

/// How a setting is read: what is expected, and what else is an error.
enum Read {
  /// A whole number from 1 on.
  @Sendable static func count(_ value: RecipeValue) throws(RecipeError) -> Int { try value.integer() }

  /// A whole number from 0 on.
  @Sendable static func natural(_ value: RecipeValue) throws(RecipeError) -> Int { try value.integer(atLeast: 0) }

  /// `true` or `false`.
  @Sendable static func flag(_ value: RecipeValue) throws(RecipeError) -> Bool { try value.bool() }

  /// One of a few words.
  @Sendable static func choice<Choice: RawRepresentable & CaseIterable>(
    _ value: RecipeValue
  ) throws(RecipeError) -> Choice where Choice.RawValue == String { try value.choice() }

  /// Any finite number.
  @Sendable static func number(_ value: RecipeValue) throws(RecipeError) -> Double { try value.number() }

  /// A number above 0.
  @Sendable static func positive(_ value: RecipeValue) throws(RecipeError) -> Double {
    try value.number("a number above 0") { $0 > 0 }
  }

  /// A number of at least 0.
  @Sendable static func nonnegative(_ value: RecipeValue) throws(RecipeError) -> Double {
    try value.number("a number of at least 0") { $0 >= 0 }
  }

  /// A number from 0 to 1.
  @Sendable static func fraction(_ value: RecipeValue) throws(RecipeError) -> Double {
    try value.number("a number from 0 to 1") { (0...1).contains($0) }
  }

  /// A number of at least 0 and below 1.
  @Sendable static func decay(_ value: RecipeValue) throws(RecipeError) -> Double {
    try value.number("a number of at least 0 and below 1") { (0..<1).contains($0) }
  }

  /// A number above 0 and at most 1.
  @Sendable static func share(_ value: RecipeValue) throws(RecipeError) -> Double {
    try value.number("a number above 0 and at most 1") { $0 > 0 && $0 <= 1 }
  }

  /// The order of a norm: `inf` is one, too.
  @Sendable static func order(_ value: RecipeValue) throws(RecipeError) -> Double {
    if (try? value.text()) == "inf" { return .infinity }
    return try value.number("a number of at least 1, or inf") { $0 >= 1 }
  }

  /// Two numbers of at least 0 and below 1.
  @Sendable static func betas(_ value: RecipeValue) throws(RecipeError) -> [Double] {
    let expected = "a list of two numbers, such as [0.5, 0.999]"
    let items = try value.list(of: expected)
    guard items.count == 2 else { throw value.wrongType(expected) }
    return try items.map(decay)
  }

  private enum ScheduleKey: String, CaseIterable { case linear }

  /// A number above 0, or `{linear: 1e-3}` for one that falls to 0 along a line.
  @Sendable static func schedule(_ value: RecipeValue) throws(RecipeError) -> Schedule {
    guard value.isMapping else {
      return .constant(try value.number("a number above 0, or {linear: 1e-3}") { $0 > 0 })
    }
    return .linear(try positive(value.mapping(of: ScheduleKey.self).required(.linear)))
  }
}
