/// The card of a model whose environment is computed by Python.
///
/// The whole recipe can be read only with Python and the environment's packages: its networks depend on the
/// environment's spaces.
public struct RecipeCard: Sendable {
  /// The name that commands use.
  public let name: String
  /// A description in one line.
  public let summary: String
  /// The name of the algorithm.
  public let algorithm: String
  /// The name of the environment, as `gymnasium.make` knows it.
  public let environment: String
  /// The steps of a whole training.
  public let steps: Int

  /// Reads the card of a recipe; nil if the recipe needs no Python.
  ///
  /// - Parameters:
  ///   - text: the recipe, as for `Recipe`.
  ///   - source: the name of the text in messages.
  ///   - catalogue: as for `Recipe`.
  /// - Throws: ``RecipeError`` with the line and the column.
  package init?(yaml text: String, source: String, catalogue: Catalogue) throws(RecipeError) {
    let recipe = try RecipeDocument.parse(text, source: source, RecipeContext(catalogue: catalogue))
      .mapping(of: Recipe.Key.self)
    guard let environment = try recipe[.env]?.gymnasiumName() else { return nil }
    self.environment = environment
    name = try recipe.required(.name).name()
    summary = try recipe.required(.summary).text()
    algorithm = try recipe.required(.algorithm).choice(among: catalogue.algorithms.keys.sorted())
    steps = try recipe.required(.steps).integer()
  }
}
