import NN

extension SettingTable.Row {
  /// The key of an optimiser. Its value is an optimiser of the catalogue: `{adam: {betas: [0.5, 0.9]}}`.
  ///
  /// - Parameters:
  ///   - optimizer: the property.
  ///   - key: its key in a recipe.
  ///   - hasRate: whether the learning rate is one of the hyperparameters. Otherwise it is a separate setting.
  ///   - defaults: the algorithm's defaults, which replace those of the optimisers.
  public static func optimizer(
    _ optimizer: WritableKeyPath<Settings, AnyOptimizer> & Sendable, key: String = "optimizer", hasRate: Bool = false,
    defaults: [any RecipeOptimizer] = []
  ) -> Self {
    @Sendable func table<Chosen: RecipeOptimizer>(_: Chosen.Type) -> SettingTable<Chosen> {
      Chosen.table + (hasRate ? [.init("rate", \.rate, .positive, "The learning rate.")] : [])
    }
    @Sendable func read<Chosen: RecipeOptimizer>(
      _: Chosen.Type, _ value: RecipeValue, replacing current: AnyOptimizer
    ) throws(RecipeError) -> AnyOptimizer {
      var chosen = ([current.base] + defaults).lazy.compactMap { $0 as? Chosen }.first ?? Chosen()
      try table(Chosen.self).read(value, into: &chosen)
      return AnyOptimizer(chosen)
    }
    @Sendable func describe<Chosen: RecipeOptimizer>(_ chosen: Chosen) -> [SettingDescription] {
      table(Chosen.self).describe(chosen).map { $0.below("\(key).\(Chosen.name)") }
    }
    return Self(
      key,
      read: { (value, settings) throws(RecipeError) in
        let known = value.context.catalogue.optimizers
        let names = known.keys.sorted()
        let entries = try value.entries(among: names)
        guard entries.count == 1, let type = known[entries[0].key] else {
          throw value.error(
            .badValue,
            "\(value.path) names \(entries.isEmpty ? "no optimizer" : "\(entries.count) optimizers"), expected one of "
              + names.joined(separator: ", "))
        }
        settings[keyPath: optimizer] = try read(type, entries[0].value, replacing: settings[keyPath: optimizer])
      },
      describe: { ($0[keyPath: optimizer].base as? any RecipeOptimizer).map { describe($0) } ?? [] })
  }
}
