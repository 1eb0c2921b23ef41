import Foundation

/// The meaning of a recipe's names.
struct RecipeContext: Sendable {
  /// The data sets, layers, algorithms and environments.
  let catalogue: Catalogue
  /// The folder of the files that the recipe names; nil for a recipe that can name none but the catalogue's.
  var folder: URL?
}
