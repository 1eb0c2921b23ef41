import FileOutput
import Foundation

/// Files with ONNX models: packed messages, or ONNX's textual syntax.
public enum ONNXFile {
  /// The endings of their names, without dots.
  public static let fileExtensions = ["onnx"] + ONNXText.fileExtensions

  /// The packed `ModelProto` in a file. The file is a text if its name ends in `.onnxtxt` or `.onnxtext`.
  ///
  /// - throws: ``ONNXError`` with code `file` if the file can't be read, and as ``ONNXText/parse(_:limits:)`` does.
  public static func read(_ file: URL, limits: Limits = Limits()) throws -> Data {
    let bytes: Data
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: file.resolvingSymlinksInPath().path)
      guard attributes[.type] as? FileAttributeType == .typeRegular else {
        throw ONNXError(code: .file, message: "'\(file.path)' is no regular file")
      }
      bytes = try Data(contentsOf: file)
    } catch let error as ONNXError {
      throw error
    } catch {
      throw ONNXError(code: .file, message: "can't read '\(file.path)': \(error.systemReason)")
    }
    let isText = ONNXText.fileExtensions.contains(file.pathExtension.lowercased())
    return isText ? try ONNXText.parse(bytes, limits: limits) : bytes
  }
}
