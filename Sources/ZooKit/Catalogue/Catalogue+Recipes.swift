import Datasets
import Foundation

extension Catalogue {
  /// Reads the recipes of all models that need no Python, sorted by name. ``cards()`` has the others.
  ///
  /// - Throws: ``RecipeError`` for the first wrong recipe.
  public func recipes() throws(RecipeError) -> [Recipe] {
    var recipes: [Recipe] = []
    for (file, text) in models where try RecipeCard(yaml: text, source: file, catalogue: self) == nil {
      recipes.append(try Recipe(yaml: text, source: file, catalogue: self))
    }
    return recipes.sorted { $0.name < $1.name }
  }

  /// Reads the cards of the models whose environment is computed by Python, sorted by name.
  ///
  /// - Throws: ``RecipeError`` for the first wrong recipe.
  public func cards() throws(RecipeError) -> [RecipeCard] {
    var cards: [RecipeCard] = []
    for (file, text) in models {
      if let card = try RecipeCard(yaml: text, source: file, catalogue: self) { cards.append(card) }
    }
    return cards.sorted { $0.name < $1.name }
  }

  /// Reads a model's recipe by its name, or a user's recipe by the path of its file, `NAME.yaml` or `NAME.yml`.
  ///
  /// - Throws: ``RecipeError`` with code `.unknownRecipe` and the nearest names, `.file` if the file can't be read, or
  ///   the recipe's mistake.
  public func recipe(named name: String) throws(RecipeError) -> Recipe {
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      let folder = URL(filePath: name).deletingLastPathComponent()
      return try Recipe(yaml: RecipeDocument.read(name), source: name, folder: folder, catalogue: self)
    }
    // Builds only this recipe: building the networks of all of them takes longer than opening a store.
    let file = "\(name).yaml"
    if let text = models[file] { return try Recipe(yaml: text, source: file, catalogue: self) }
    let names = models.keys.map { String($0.dropLast(".yaml".count)) }.sorted()
    let near = Suggestion.nearest(to: name, among: names).map { "'\($0)'" }.joined(separator: " or ")
    let hint = near.isEmpty ? "known: \(names.joined(separator: ", "))" : "did you mean \(near)?"
    throw RecipeError(
      code: .unknownRecipe,
      message: "there is no model '\(name)'; \(hint) (for your own recipe, pass the path of its file, NAME.yaml)")
  }
}

extension Recipe {
  /// The recipes that come with the library and need no Python, by name.
  public static let builtIn: [Recipe] = {
    do {
      return try Catalogue.standard.recipes()
    } catch {
      preconditionFailure("a recipe of this library is wrong: \(error)")
    }
  }()

  /// Reads a recipe of the library or of the user, as ``Catalogue/recipe(named:)``.
  ///
  /// - Throws: as ``Catalogue/recipe(named:)``.
  public static func named(_ name: String) throws(RecipeError) -> Recipe { try Catalogue.standard.recipe(named: name) }
}
