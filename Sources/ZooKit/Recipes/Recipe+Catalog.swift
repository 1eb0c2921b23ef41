import Foundation
import Models

extension Recipe {
  /// The recipes that come with the library, by name.
  public static let builtIn: [Recipe] = BuiltInModels.all.map(builtIn).sorted { $0.name < $1.name }

  private static func builtIn(_ model: (file: String, text: String)) -> Recipe {
    do {
      return try Recipe(yaml: model.text, source: model.file)
    } catch {
      preconditionFailure("a recipe of this library is wrong: \(error)")
    }
  }

  /// A built-in recipe by its name, or a recipe of your own by the path of its file, which ends in `.yaml` or `.yml`.
  ///
  /// - Throws: ``RecipeError`` with code `.unknownRecipe` and the nearest names, `.file` where the file can't be read, or
  ///   what is wrong with the recipe.
  public static func named(_ name: String) throws(RecipeError) -> Recipe {
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      let folder = URL(filePath: name).deletingLastPathComponent()
      return try Recipe(yaml: RecipeDocument.read(name), source: name, folder: folder)
    }
    // Only the one that is asked for: to build the networks of all takes longer than to open a store.
    if let model = BuiltInModels.all.first(where: { $0.file == "\(name).yaml" }) { return builtIn(model) }
    let names = builtIn.map(\.name)
    let near = Suggestion.nearest(to: name, among: names).map { "'\($0)'" }.joined(separator: " or ")
    let hint = near.isEmpty ? "known: \(names.joined(separator: ", "))" : "did you mean \(near)?"
    throw RecipeError(
      code: .unknownRecipe,
      message: "there is no model '\(name)'; \(hint) (a recipe of your own is named by its file, NAME.yaml)")
  }
}
