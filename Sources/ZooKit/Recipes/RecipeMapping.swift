extension RecipeValue {
  /// Returns the values of a mapping with exactly these keys, in their order.
  ///
  /// - Throws: ``RecipeError`` at the first key that is unknown or missing.
  public func roles(_ names: [String]) throws(RecipeError) -> [RecipeValue] {
    let entries = try entries(among: names)
    return try names.map { (name) throws(RecipeError) in
      guard let entry = entries.first(where: { $0.key == name }) else {
        throw error(.missingKey, "\(path) has no '\(name)'; add it")
      }
      return entry.value
    }
  }
}

/// A mapping of a recipe with the keys of `Key` and no others.
public struct RecipeMapping<Key: RawRepresentable & CaseIterable & Hashable> where Key.RawValue == String {
  private let mapping: RecipeValue
  private var values: [Key: RecipeValue] = [:]

  /// - Throws: ``RecipeError`` at the first key that `Key` lacks, or that is duplicated.
  init(_ mapping: RecipeValue) throws(RecipeError) {
    self.mapping = mapping
    for (word, value) in try mapping.entries(among: Key.allCases.map(\.rawValue)) {
      guard let key = Key(rawValue: word) else { preconditionFailure("no key '\(word)'") }
      values[key] = value
    }
  }

  /// The value of an optional key.
  public subscript(_ key: Key) -> RecipeValue? { values[key] }

  /// The value of a required key.
  ///
  /// - Throws: ``RecipeError`` with code `.missingKey` at the mapping's start.
  public func required(_ key: Key) throws(RecipeError) -> RecipeValue {
    guard let value = values[key] else {
      let place = mapping.path.isEmpty ? "the recipe" : mapping.path
      throw mapping.error(.missingKey, "\(place) has no '\(key.rawValue)'; add it")
    }
    return value
  }
}
