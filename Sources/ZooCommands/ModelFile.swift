import Foundation
import ONNXFormat

/// A file with an ONNX model, which a command takes instead of a run or a graph.
struct ModelFile {
  let url: URL

  /// The file of a path; nil if there is none, or its name does not end as those of ONNX models do.
  init?(_ path: String) {
    url = URL(filePath: path)
    var isFolder: ObjCBool = false
    guard ONNXFile.fileExtensions.contains(url.pathExtension.lowercased()),
      FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
    else { return nil }
  }

  /// The file's name without its ending.
  var name: String { url.deletingPathExtension().lastPathComponent }

  /// Whether it is in ONNX's textual syntax.
  var isText: Bool { ONNXText.fileExtensions.contains(url.pathExtension.lowercased()) }

  /// The packed model.
  ///
  /// - Throws: `ONNXError` with the file's path.
  func read() throws -> Data {
    do { return try ONNXFile.read(url) } catch let error as ONNXError where error.code != .file {
      throw ONNXError(code: error.code, message: "'\(url.path)': \(error.message)", cause: error.cause)
    }
  }
}
