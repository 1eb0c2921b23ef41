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
    let form = OptimizerForm(hasRate: hasRate, defaults: defaults)
    return Self(
      key,
      read: { (value, settings) throws(RecipeError) in
        settings[keyPath: optimizer] = try form.read(value, replacing: settings[keyPath: optimizer])
      },
      describe: { form.describe($0[keyPath: optimizer], key) })
  }

  /// The key of an optimiser that may be left out.
  ///
  /// - Parameters:
  ///   - optimizer: the property.
  ///   - key: its key in a recipe.
  ///   - hasRate: whether the learning rate is one of the hyperparameters.
  ///   - other: the optimiser whose hyperparameters replace the defaults of an optimiser of the same type.
  ///   - summary: one line of documentation, with the meaning of no value.
  public static func optimizer(
    _ optimizer: WritableKeyPath<Settings, AnyOptimizer?> & Sendable, key: String, hasRate: Bool = false,
    replacing other: KeyPath<Settings, AnyOptimizer> & Sendable, _ summary: String
  ) -> Self {
    let form = OptimizerForm(hasRate: hasRate, defaults: [])
    return Self(
      key,
      read: { (value, settings) throws(RecipeError) in
        let current = settings[keyPath: optimizer] ?? settings[keyPath: other]
        settings[keyPath: optimizer] = try form.read(value, replacing: current)
      },
      describe: { settings in
        settings[keyPath: optimizer].map { form.describe($0, key) }
          ?? [SettingDescription(key, "an optimiser, such as {adam: {rate: 1e-4}}", "none", summary)]
      })
  }
}

/// The form of an optimiser in a recipe.
private struct OptimizerForm: Sendable {
  /// Whether the learning rate is one of the hyperparameters.
  let hasRate: Bool
  /// Optimisers whose hyperparameters replace the defaults of their types.
  let defaults: [any RecipeOptimizer]

  private func table<Chosen: RecipeOptimizer>(_: Chosen.Type) -> SettingTable<Chosen> {
    Chosen.table + (hasRate ? [.init("rate", \.rate, .positive, "The learning rate.")] : [])
  }

  /// Reads a mapping whose only key is an optimiser's name.
  ///
  /// - Throws: ``RecipeError`` at the wrong key or value.
  func read(_ value: RecipeValue, replacing current: AnyOptimizer) throws(RecipeError) -> AnyOptimizer {
    let known = value.context.catalogue.optimizers
    let entries = try value.entries(among: known.keys.sorted())
    guard entries.count == 1, let type = known[entries[0].key] else {
      throw value.error(
        .badValue,
        "\(value.path) names \(entries.isEmpty ? "no optimizer" : "\(entries.count) optimizers"), expected one of "
          + known.keys.sorted().joined(separator: ", "))
    }
    return try read(type, entries[0].value, replacing: current)
  }

  private func read<Chosen: RecipeOptimizer>(
    _: Chosen.Type, _ value: RecipeValue, replacing current: AnyOptimizer
  ) throws(RecipeError) -> AnyOptimizer {
    var chosen = ([current.base] + defaults).lazy.compactMap { $0 as? Chosen }.first ?? Chosen()
    try table(Chosen.self).read(value, into: &chosen)
    return AnyOptimizer(chosen)
  }

  /// The hyperparameters of an optimiser under its key and its name.
  func describe(_ optimizer: AnyOptimizer, _ key: String) -> [SettingDescription] {
    (optimizer.base as? any RecipeOptimizer).map { describe($0, key) } ?? []
  }

  private func describe<Chosen: RecipeOptimizer>(_ chosen: Chosen, _ key: String) -> [SettingDescription] {
    table(Chosen.self).describe(chosen).map { $0.below("\(key).\(Chosen.name)") }
  }
}
