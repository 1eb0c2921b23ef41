import Datasets
import Foundation

/// The folder of a data set's files: a run keeps the one that it began with, so that a command which continues it needs
/// no more than its name.
enum DataFolder {
  /// The absolute path of the folder that the user named, by an option or else by `ZOO_DATA`; nil where none was named.
  static func named(_ folder: URL?) -> String? {
    let variable = ProcessInfo.processInfo.environment["ZOO_DATA"].flatMap { $0.isEmpty ? nil : URL(filePath: $0) }
    return (folder ?? variable).map { $0.standardizedFileURL.path }
  }

  /// Reads a data set from the folder that is named, or else from the one that the run keeps, or else from the usual ones.
  ///
  /// - Throws: `DatasetError`, with the folder that the run keeps where the files are nowhere.
  static func load(_ dataset: Dataset, named folder: URL?, kept: String?) throws(DatasetError) -> any ImageDataset {
    guard folder == nil, let kept else { return try dataset.load(directory: folder) }
    do throws(DatasetError) {
      return try dataset.load(directory: URL(filePath: kept, directoryHint: .isDirectory))
    } catch {
      guard error.code == .notFound else { throw error }
    }
    do throws(DatasetError) {
      return try dataset.load(directory: nil)
    } catch {
      guard error.code == .notFound else { throw error }
      throw DatasetError(code: .notFound, message: "\(error.message); the run had them in '\(kept)'")
    }
  }
}
