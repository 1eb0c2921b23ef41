import Datasets

extension RecipeValue {
  /// Reads the data set: the name of one of the catalogue's, or `{images: DIR, …}`, `{arrays: FILE, …}`,
  /// `{idx: FILE, …}`, `{name: NAME, …}` with further settings.
  ///
  /// - Throws: ``RecipeError`` at the wrong key or value.
  func dataset() throws(RecipeError) -> DatasetSettings {
    let catalogue = context.catalogue
    guard isMapping else {
      return try catalogue.settings(ofDataset: choice(among: catalogue.datasetNames), [])
    }
    let keys = DatasetDraft.tables.keys.sorted()
    var named: [(key: String, value: RecipeValue)] = []
    for (key, value) in try entries() where keys.contains(try key.text()) { named.append((try key.text(), value)) }
    guard let (key, source) = named.first, named.count == 1, let table = DatasetDraft.tables[key] else {
      throw error(
        .missingKey,
        "\(path) names \(named.count) kinds of data, expected exactly one of \(keys.joined(separator: ", "))")
    }
    if key == "name" {
      return try catalogue.settings(ofDataset: source.choice(among: catalogue.datasetNames), [self])
    }
    var draft = DatasetDraft()
    try table.read(self, into: &draft)
    if draft.arrays.range != nil, draft.arrays.standardise {
      throw error(.badValue, "\(path) has a range and standardise; keep one")
    }
    return draft.settings(key)
  }
}
