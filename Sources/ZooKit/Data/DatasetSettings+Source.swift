import Datasets
import Foundation

extension DatasetSettings {
  /// The data set of a name, a folder of pictures, or a file of arrays or IDX images.
  ///
  /// - Parameters:
  ///   - source: a name of the catalogue, the path of a folder, or that of a file.
  ///   - assignments: settings as in a recipe's data set, `KEY=VALUE` each, such as `size=32`.
  ///   - catalogue: the data sets by name.
  /// - Throws: ``RecipeError`` for a wrong key or value; `DatasetError` if the source is nothing of that kind.
  public init(source: String, assignments: [String] = [], catalogue: Catalogue = .standard) throws {
    let assignments = try assignments.map { (assignment) throws(RecipeError) in
      try RecipeDocument.parse(assignment: assignment, RecipeContext(catalogue: catalogue))
    }
    if catalogue.datasetNames.contains(source) {
      self = try catalogue.settings(ofDataset: source, assignments)
      return
    }
    let key: String
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: source, isDirectory: &isFolder) {
      let endings = ["npy", "npz", "safetensors"]
      let ending = URL(filePath: source).pathExtension.lowercased()
      key = isFolder.boolValue ? "images" : endings.contains(ending) ? "arrays" : "idx"
    } else {
      throw DatasetError(
        code: .unknownDataset,
        message: "there is no data set, folder or file '\(source)'; the data sets are "
          + catalogue.datasetNames.joined(separator: ", "))
    }
    guard let table = DatasetDraft.tables[key] else { preconditionFailure("no kind '\(key)'") }
    var draft = DatasetDraft()
    for assignment in assignments { try table.read(assignment, into: &draft) }
    draft.path = source
    self = draft.settings(key)
  }

  /// The settings of each kind of data set in a recipe, by the key that names the data.
  public static var descriptions: [String: [SettingDescription]] {
    DatasetDraft.tables.mapValues { $0.describe(DatasetDraft()) }
  }
}
