/// The settings that a recipe can name: for each key, how its value is read.
///
/// ```swift
/// let table: SettingTable<PPOSettings> = [.init("epochs", \.epochs, Read.count), .init("rate", \.rate, Read.schedule)]
/// ```
struct SettingTable<Settings>: Sendable, ExpressibleByArrayLiteral {
  /// A key with what is below it.
  struct Entry: Sendable {
    let key: String
    let read: @Sendable (RecipeValue, inout Settings) throws(RecipeError) -> Void

    /// A key whose value is read by `read`.
    init(_ key: String, read: @escaping @Sendable (RecipeValue, inout Settings) throws(RecipeError) -> Void) {
      self.key = key
      self.read = read
    }

    /// A key whose value is one setting.
    init<Value>(
      _ key: String, _ setting: WritableKeyPath<Settings, Value> & Sendable,
      _ read: @escaping @Sendable (RecipeValue) throws(RecipeError) -> Value
    ) {
      self.init(key) { (value, settings) throws(RecipeError) in settings[keyPath: setting] = try read(value) }
    }

    /// A key with a mapping below it.
    init(_ key: String, _ table: SettingTable) {
      self.init(key) { (value, settings) throws(RecipeError) in try table.read(value, into: &settings) }
    }

    /// A key with the settings of a part below it.
    init<Part>(
      _ key: String, _ part: WritableKeyPath<Settings, Part> & Sendable, _ table: SettingTable<Part>
    ) {
      self.init(key) { (value, settings) throws(RecipeError) in try table.read(value, into: &settings[keyPath: part]) }
    }
  }

  private let entries: [Entry]

  init(arrayLiteral entries: Entry...) { self.entries = entries }
  private init(_ entries: [Entry]) { self.entries = entries }

  /// The keys.
  var keys: [String] { entries.map(\.key) }

  /// The keys of both.
  static func + (first: Self, second: Self) -> Self { Self(first.entries + second.entries) }

  /// The keys of a part, as keys of the whole.
  func at<Whole>(_ part: WritableKeyPath<Whole, Settings> & Sendable) -> SettingTable<Whole> {
    SettingTable<Whole>(
      entries.map { entry in
        .init(entry.key) { (value, whole) throws(RecipeError) in try entry.read(value, &whole[keyPath: part]) }
      })
  }

  /// Takes over the setting of one key, which the table must have.
  ///
  /// - Throws: ``RecipeError`` at the value that is wrong.
  func read(_ key: String, _ value: RecipeValue, into settings: inout Settings) throws(RecipeError) {
    guard let entry = entries.first(where: { $0.key == key }) else { preconditionFailure("no key '\(key)'") }
    try entry.read(value, &settings)
  }

  /// Takes over the settings that a mapping has and leaves the others as they are.
  ///
  /// - Throws: ``RecipeError`` at the key or the value that is wrong.
  func read(_ value: RecipeValue, into settings: inout Settings) throws(RecipeError) {
    for (key, value) in try value.entries(among: keys) {
      try read(key, value, into: &settings)
    }
  }
}
