import Datasets

/// The settings of a ``RecipeDataset`` beside those of every data set, while they are read.
struct ConfiguredDataset<Chosen: RecipeDataset> {
  private var draft = DatasetDraft()
  private var chosen = Chosen()

  private static var table: SettingTable<Self> {
    DatasetDraft.named.at(\.draft) + Chosen.table.at(\.chosen)
  }

  /// Reads the settings that the mappings contain.
  ///
  /// - Throws: ``RecipeError`` at the wrong key or value.
  static func settings(_: Chosen.Type, _ values: [RecipeValue]) throws(RecipeError) -> DatasetSettings {
    var read = Self()
    for value in values { try table.read(value, into: &read) }
    return read.draft.settings(.configured(Chosen.name, read.chosen.json))
  }
}

extension Catalogue {
  /// The names of all data sets, sorted.
  var datasetNames: [String] { (Array(datasets.keys) + recipeDatasets.keys).sorted() }

  /// The data set with a name, and the settings that the mappings contain.
  ///
  /// - Throws: ``RecipeError`` at the wrong key or value.
  func settings(ofDataset name: String, _ values: [RecipeValue]) throws(RecipeError) -> DatasetSettings {
    if let type = recipeDatasets[name] { return try type.settings(values) }
    var draft = DatasetDraft()
    for value in values { try DatasetDraft.named.read(value, into: &draft) }
    return draft.settings(.named(name))
  }
}

extension RecipeDataset {
  fileprivate static func settings(_ values: [RecipeValue]) throws(RecipeError) -> DatasetSettings {
    try ConfiguredDataset.settings(Self.self, values)
  }
}
