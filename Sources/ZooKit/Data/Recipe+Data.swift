import Datasets
import Foundation

extension Recipe {
  /// Reads the data set of the recipe.
  ///
  /// - Parameters:
  ///   - location: the folder or file in place of the recipe's own, and the folder for decoded pictures.
  ///   - catalogue: the data sets by name.
  /// - Throws: ``ModelZooError`` if the recipe has no data set; `DatasetError`.
  public func data(
    at location: DatasetLocation, _ catalogue: Catalogue
  ) throws -> (settings: DatasetSettings, data: any Dataset) {
    guard let dataset else {
      throw ModelZooError(.invalidArgument, "'\(name)' has no data set; its algorithm, \(algorithm), needs none")
    }
    return (
      dataset, try DataFolder.load(dataset, catalogue, matching: nil, at: location, kept: dataPath)
    )
  }

  /// The absolute path of the data that the recipe names; nil for a data set of the catalogue.
  var dataPath: String? {
    dataset?.path.map { path in
      let whole = folder.map { RecipeDocument.path(of: path, in: $0) } ?? path
      return URL(filePath: whole).standardizedFileURL.path
    }
  }
}
