import Datasets
import Foundation

/// The place of a data set's files. A run records it, so a command that continues the run needs only its name.
enum DataFolder {
  /// The absolute path of the folder that the user named, by an option or else by `ZOO_DATA`; nil if none was named.
  private static func named(_ folder: URL?) -> String? {
    let variable = ProcessInfo.processInfo.environment["ZOO_DATA"].flatMap { $0.isEmpty ? nil : URL(filePath: $0) }
    return (folder ?? variable).map { $0.standardizedFileURL.path }
  }

  /// The path that a run records.
  ///
  /// - Parameters:
  ///   - settings: the data set; nil for agents.
  ///   - place: the folder or file that the user named; nil if none was named.
  ///   - other: the path if none was named; nil for the usual places.
  static func recorded(_ settings: DatasetSettings?, named place: URL?, else other: String?) -> String? {
    guard let settings else { return nil }
    return (settings.path == nil ? named(place) : place?.standardizedFileURL.path) ?? other
  }

  /// Reads a data set from the first of these that is known: the named place, the place that the run recorded, the
  /// default folders.
  ///
  /// - Parameters:
  ///   - settings: the data set.
  ///   - catalogue: the data sets by name.
  ///   - fingerprint: the fingerprint of the data that the run started with.
  ///   - location: the place that the user named, if any, and the folder for decoded pictures.
  ///   - kept: the path that the run recorded; nil if it recorded none.
  /// - Throws: `DatasetError`; it names the recorded folder if the data are not found.
  static func load(
    _ settings: DatasetSettings, _ catalogue: Catalogue, matching fingerprint: DatasetFingerprint?,
    at location: DatasetLocation, kept: String?
  ) throws -> any Dataset {
    func load(from place: URL?) throws -> any Dataset {
      let data = try catalogue.load(settings, at: DatasetLocation(place, cache: location.cache))
      if let fingerprint { try data.check(against: fingerprint) }
      return data
    }
    guard location.path == nil, let kept else { return try load(from: location.path) }
    guard settings.path == nil else { return try load(from: URL(filePath: kept)) }
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
