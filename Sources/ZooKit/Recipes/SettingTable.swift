/// The settings that a recipe can name, one row each.
///
/// ```swift
/// let table: SettingTable<PPOSettings> = [
///   .init("epochs", \.epochs, .count, "Passes over a rollout."),
///   .init("rate", \.rate, .schedule, "The learning rate."),
/// ]
/// ```
public struct SettingTable<Settings>: Sendable, ExpressibleByArrayLiteral {
  /// A key with a value, or with a table of settings below it.
  public struct Row: Sendable {
    /// The key.
    public let key: String
    let read: @Sendable (RecipeValue, inout Settings) throws(RecipeError) -> Void
    let describe: @Sendable (Settings) -> [SettingDescription]

    /// Creates a setting.
    ///
    /// - Parameters:
    ///   - key: its key in a recipe.
    ///   - setting: the property.
    ///   - codec: its form in a recipe.
    ///   - summary: one line of documentation.
    public init<Value>(
      _ key: String, _ setting: WritableKeyPath<Settings, Value> & Sendable, _ codec: SettingCodec<Value>,
      _ summary: String
    ) {
      self.key = key
      read = { (value, settings) throws(RecipeError) in settings[keyPath: setting] = try codec.read(value) }
      describe = {
        [SettingDescription(key, codec.expected, codec.write($0[keyPath: setting]), summary)]
      }
    }

    /// Creates a setting that may have no value.
    ///
    /// - Parameters:
    ///   - key: its key in a recipe.
    ///   - setting: the property.
    ///   - codec: the form of a value.
    ///   - summary: one line of documentation, with the meaning of no value.
    public init<Value>(
      _ key: String, _ setting: WritableKeyPath<Settings, Value?> & Sendable, _ codec: SettingCodec<Value>,
      _ summary: String
    ) {
      self.key = key
      read = { (value, settings) throws(RecipeError) in settings[keyPath: setting] = try codec.read(value) }
      describe = {
        [SettingDescription(key, codec.expected, $0[keyPath: setting].map(codec.write) ?? "none", summary)]
      }
    }

    /// Creates a key with the settings of a part below it.
    ///
    /// - Parameters:
    ///   - key: its key in a recipe.
    ///   - part: the property.
    ///   - table: the settings of the part.
    ///   - check: checks the part's settings after they have been read; by default nothing is checked.
    public init<Part>(
      _ key: String, _ part: WritableKeyPath<Settings, Part> & Sendable, _ table: SettingTable<Part>,
      check: @escaping @Sendable (RecipeValue, Part) throws(RecipeError) -> Void = { _, _ in }
    ) {
      self.key = key
      read = { (value, settings) throws(RecipeError) in
        try table.read(value, into: &settings[keyPath: part])
        try check(value, settings[keyPath: part])
      }
      describe = { table.describe($0[keyPath: part]).map { $0.below(key) } }
    }

    /// Creates a key with further settings below it.
    public init(_ key: String, _ table: SettingTable) { self.init(key, \.self, table) }

    /// Creates a key with custom functions.
    init(
      _ key: String, read: @escaping @Sendable (RecipeValue, inout Settings) throws(RecipeError) -> Void,
      describe: @escaping @Sendable (Settings) -> [SettingDescription]
    ) {
      self.key = key
      self.read = read
      self.describe = describe
    }
  }

  private let rows: [Row]

  /// Creates a table from rows.
  public init(arrayLiteral rows: Row...) { self.rows = rows }
  private init(_ rows: [Row]) { self.rows = rows }

  /// The keys.
  var keys: [String] { rows.map(\.key) }

  /// Concatenates two tables.
  public static func + (first: SettingTable, second: SettingTable) -> SettingTable {
    SettingTable(first.rows + second.rows)
  }

  /// Returns these settings as settings of `Whole`, which has them in `part`. Their keys stay the same.
  public func at<Whole>(_ part: WritableKeyPath<Whole, Settings> & Sendable) -> SettingTable<Whole> {
    SettingTable<Whole>(
      rows.map { row in
        .init(
          row.key, read: { (value, whole) throws(RecipeError) in try row.read(value, &whole[keyPath: part]) },
          describe: { row.describe($0[keyPath: part]) })
      })
  }

  /// Returns every setting with its value.
  public func describe(_ settings: Settings) -> [SettingDescription] { rows.flatMap { $0.describe(settings) } }

  /// Replaces one setting.
  ///
  /// - Throws: ``RecipeError`` at the wrong value.
  func read(_ key: String, _ value: RecipeValue, into settings: inout Settings) throws(RecipeError) {
    guard let row = rows.first(where: { $0.key == key }) else { preconditionFailure("no key '\(key)'") }
    try row.read(value, &settings)
  }

  /// Replaces the settings that a mapping contains, in the order of the table: a row may depend on earlier ones.
  ///
  /// - Throws: ``RecipeError`` at the wrong key or value.
  func read(_ value: RecipeValue, into settings: inout Settings) throws(RecipeError) {
    let entries = try value.entries(among: keys)
    for row in rows {
      if let entry = entries.first(where: { $0.key == row.key }) { try row.read(entry.value, &settings) }
    }
  }
}

/// A setting for users: its path, such as `optimizer.adam.eps`, its expected values, its value and its meaning.
public struct SettingDescription: Sendable, Hashable, Codable {
  /// The path below `settings`.
  public let path: String
  /// The expected values.
  public let expected: String
  /// The value in a recipe.
  public let value: String
  /// The meaning, one line.
  public let summary: String

  init(_ path: String, _ expected: String, _ value: String, _ summary: String) {
    self.path = path
    self.expected = expected
    self.value = value
    self.summary = summary
  }

  /// Returns the setting below a key.
  func below(_ key: String) -> Self { Self("\(key).\(path)", expected, value, summary) }
}
