import Datasets
import Foundation

/// The folder of a data set's files. A run records its folder, so a command that continues it needs only its name.
enum DataFolder {
  /// The absolute path of the folder that the user named, by an option or else by `ZOO_DATA`; nil if none was named.
  static func named(_ folder: URL?) -> String? {
    let variable = ProcessInfo.processInfo.environment["ZOO_DATA"].flatMap { $0.isEmpty ? nil : URL(filePath: $0) }
    return (folder ?? variable).map { $0.standardizedFileURL.path }
  }

  /// Reads a data set from the first of these that is known: the named folder, the folder that the run recorded, the
  /// default folders.
  ///
  /// - Parameters:
  ///   - dataset: the data set.
  ///   - fingerprint: the fingerprint of the data that the run started with.
  ///   - folder: the folder that the user named; nil if none was named.
  ///   - kept: the path of the folder that the run recorded; nil if it recorded none.
  /// - Throws: `DatasetError`; it names the recorded folder if the data are not found.
  static func load(
    _ dataset: DatasetSource, matching fingerprint: DatasetFingerprint?, named folder: URL?, kept: String?
  ) throws -> any Dataset {
    func load(from folder: URL?) throws -> any Dataset {
      let data = try dataset.load(directory: folder)
      if let fingerprint { try data.check(against: fingerprint) }
      return data
    }
    guard folder == nil, let kept else { return try load(from: folder) }
    do {
      return try load(from: URL(filePath: kept, directoryHint: .isDirectory))
    } catch let error as DatasetError where error.code == .notFound {
      // The default folders are next.
    }
    do {
      return try load(from: nil)
    } catch let error as DatasetError {
      throw DatasetError(code: error.code, message: "\(error.message); the run had them in '\(kept)'")
    }
  }
}
