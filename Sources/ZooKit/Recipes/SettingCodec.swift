import TrainingAlgorithms

/// The form of a setting in a recipe: its expected values, and how they are read and written.
public struct SettingCodec<Value>: Sendable {
  /// The expected values, for people: `a number above 0`.
  public let expected: String
  let read: @Sendable (RecipeValue) throws(RecipeError) -> Value
  let write: @Sendable (Value) -> String

  /// Creates a form.
  ///
  /// - Parameters:
  ///   - expected: the expected values, for people.
  ///   - write: returns the text of a value in a recipe; by default its description.
  ///   - read: reads a value.
  public init(
    _ expected: String, write: @escaping @Sendable (Value) -> String = { "\($0)" },
    read: @escaping @Sendable (RecipeValue) throws(RecipeError) -> Value
  ) {
    self.expected = expected
    self.write = write
    self.read = read
  }
}

extension SettingCodec where Value == Int {
  /// A whole number of at least 1.
  public static var count: Self {
    Self("a whole number of at least 1") { (value) throws(RecipeError) in try value.integer() }
  }

  /// A whole number of at least 0.
  public static var natural: Self {
    Self("a whole number of at least 0") { (value) throws(RecipeError) in try value.integer(atLeast: 0) }
  }
}

extension SettingCodec where Value == Bool {
  /// `true` or `false`.
  public static var flag: Self { Self("true or false") { (value) throws(RecipeError) in try value.bool() } }
}

extension SettingCodec where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
  /// One of the type's words.
  public static var choice: Self {
    Self(Value.allCases.map(\.rawValue).joined(separator: ", "), write: { $0.rawValue }) {
      (value) throws(RecipeError) in try value.choice()
    }
  }
}

extension SettingCodec where Value == Double {
  private static func number(_ expected: String, where isRight: @escaping @Sendable (Double) -> Bool) -> Self {
    Self(expected) { (value) throws(RecipeError) in try value.number(expected, where: isRight) }
  }

  /// Any finite number.
  public static var number: Self { number("a finite number") { _ in true } }
  /// A number above 0.
  public static var positive: Self { number("a number above 0") { $0 > 0 } }
  /// A number of at least 0.
  public static var nonnegative: Self { number("a number of at least 0") { $0 >= 0 } }
  /// A number from 0 to 1.
  public static var fraction: Self { number("a number from 0 to 1") { (0...1).contains($0) } }
  /// A number of at least 0 and below 1.
  public static var decay: Self { number("a number of at least 0 and below 1") { (0..<1).contains($0) } }
  /// A number above 0 and at most 1.
  public static var share: Self { number("a number above 0 and at most 1") { $0 > 0 && $0 <= 1 } }

  /// The order of a norm: a number of at least 1, or `inf`.
  public static var order: Self {
    let expected = "a number of at least 1, or inf"
    return Self(expected) { (value) throws(RecipeError) in
      if (try? value.text()) == "inf" { return .infinity }
      return try value.number(expected) { $0 >= 1 }
    }
  }
}

extension SettingCodec where Value == [Double] {
  /// Two numbers of at least 0 and below 1.
  public static var betas: Self {
    let expected = "a list of two numbers, such as [0.5, 0.999]"
    return Self(expected) { (value) throws(RecipeError) in
      let items = try value.list(of: expected)
      guard items.count == 2 else { throw value.wrongType(expected) }
      return try items.map(SettingCodec<Double>.decay.read)
    }
  }
}

private enum ScheduleKey: String, CaseIterable { case linear }

extension SettingCodec where Value == Schedule {
  /// A number above 0, or `{linear: 1e-3}` for one that decreases linearly to 0.
  public static var schedule: Self {
    let expected = "a number above 0, or {linear: 1e-3}"
    return Self(expected, write: { $0.recipe }) { (value) throws(RecipeError) in
      guard value.isMapping else { return .constant(try value.number(expected) { $0 > 0 }) }
      let first = try value.mapping(of: ScheduleKey.self).required(.linear)
      return .linear(try SettingCodec<Double>.positive.read(first))
    }
  }
}

extension Schedule {
  /// The schedule in a recipe.
  fileprivate var recipe: String {
    switch self {
    case .constant(let value): "\(value)"
    case .linear(let first): "{linear: \(first)}"
    }
  }
}
