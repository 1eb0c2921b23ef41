import Foundation

/// The possible folders of the files of one data set.
struct DatasetFolder {
  /// The folder of Debian's data set packages.
  static let system = URL(filePath: "/usr/share/datasets")
  /// The environment variable that names the user's own folder.
  static let variable = "ZOO_DATA"

  private let candidates: [URL]
  private let name: String
  private let advice: String

  /// - Parameters:
  ///   - name: the data set's name, also that of its subfolder.
  ///   - archive: the subfolder into which the data set's own archive unpacks, if it has one.
  ///   - directory: if given, the only folder that is searched.
  ///   - advice: how to get the files.
  init(name: String, archive: String? = nil, directory: URL?, advice: String) {
    let own = ProcessInfo.processInfo.environment[Self.variable].map { [URL(filePath: $0)] } ?? []
    let roots = directory.map { [$0] } ?? (own + [Self.system])
    let subfolders = [name, archive].compactMap { $0 }
    candidates = roots.flatMap { root in [root] + subfolders.map { root.appending(path: $0) } }
    self.name = name
    self.advice = advice
  }

  /// The first file of this name, with or without `.gz`.
  func find(_ file: String) throws(DatasetError) -> URL {
    let paths = candidates.flatMap { [$0.appending(path: file + ".gz"), $0.appending(path: file)] }
    guard let found = paths.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
      throw DatasetError(
        code: .notFound,
        message: "\(file).gz of the data set \(name) is in none of \(candidates.map(\.path).joined(separator: ", "));"
          + " \(advice), or name the folder that has it, for example in the variable \(Self.variable)")
    }
    return found
  }
}
