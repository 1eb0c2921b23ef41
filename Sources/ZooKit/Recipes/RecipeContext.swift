import Foundation

/// The context that gives a recipe's names their meaning.
struct RecipeContext: Sendable {
  /// The data sets, layers, algorithms and environments.
  let catalogue: Catalogue
  /// The folder of the files that the recipe names; nil if it can name only the catalogue's.
  var folder: URL?
}
