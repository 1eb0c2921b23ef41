import Foundation

/// The folder of the trained models.
public enum TrainedFolder {
  /// The environment variable that names another folder.
  public static let variable = "ZOO_MODELS"

  /// The folder: the one that ``variable`` names, or the nearest `Models/trained` in the folders above the program, or
  /// the one of the source code that the program was built from. Nil if there is none.
  static let standard: URL? = {
    if let path = ProcessInfo.processInfo.environment[variable], !path.isEmpty { return URL(filePath: path) }
    var places: [URL] = []
    var folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
    while let place = folder {
      places.append(place)
      folder = place.pathComponents.count > 1 ? place.deletingLastPathComponent() : nil
    }
    // Sources/ZooKit/Trained/TrainedFolder.swift
    let source = (0..<4).reduce(URL(filePath: #filePath)) { place, _ in place.deletingLastPathComponent() }
    return (places + [source]).map { $0.appending(path: "Models/trained") }.first { place in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) && isFolder.boolValue
    }
  }()
}
