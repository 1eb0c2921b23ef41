import Datasets
import Foundation

extension Catalogue {
  /// Reads a data set.
  ///
  /// - Parameters:
  ///   - settings: the data set.
  ///   - location: the folder or file in place of the settings' own, and the folder for decoded pictures. For settings
  ///     with a file, a folder stands for the file of that name in it.
  /// - Throws: `DatasetError` that names the file, what was expected, what was found and what to do.
  public func load(_ settings: DatasetSettings, at location: DatasetLocation = DatasetLocation()) throws -> any Dataset
  {
    func place(_ path: String) -> URL { location.path ?? URL(filePath: path) }
    // A named folder has a file of the same name as the settings' own.
    func file(_ path: String) -> URL {
      let place = place(path)
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder)
      return exists && isFolder.boolValue ? place.appending(path: URL(filePath: path).lastPathComponent) : place
    }
    let data: any Dataset =
      switch settings.kind {
      // A run may be older than the settings of its data set.
      case .named(let name):
        try recipeDatasets[name].map { try $0.init().load(folder: location.path) }
          ?? dataset(named: name, in: datasets).load(directory: location.path)
      case .configured(let name, let json):
        try dataset(named: name, in: recipeDatasets).init(json: json).load(folder: location.path)
      case .images(let path, let images): try ImageFolder(place(path), images, cache: location.cache)
      case .arrays(let path, let arrays): try ArrayFile(file(path), arrays)
      case .idx(let path, let labels):
        try IDXDataset(
          images: file(path),
          labels: labels.map { URL(filePath: $0, relativeTo: file(path).deletingLastPathComponent()) })
      }
    guard settings.augment.isEmpty || data.sampleShape.count == 3 else {
      throw DatasetError(
        code: .unexpectedShape,
        message:
          "'\(data.name)' has samples of shape \(data.sampleShape), expected pictures [channels, height, width]; "
          + "leave augment out")
    }
    return data
  }

  /// Returns the data set with a name.
  ///
  /// - Throws: `DatasetError` with code `.unknownDataset` and the known names.
  private func dataset<Kind>(named name: String, in kinds: [String: Kind]) throws(DatasetError) -> Kind {
    guard let dataset = kinds[name] else {
      throw DatasetError(
        code: .unknownDataset,
        message: "there is no data set '\(name)'; known: \(datasetNames.joined(separator: ", "))")
    }
    return dataset
  }
}
