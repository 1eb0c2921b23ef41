import CONNX
import Foundation
import GraphIR

/// Tensor data in files beside a model.
///
/// A model names those files, so it could name any file of the user. Only regular files directly in the model's folder
/// are read, neither symbolic nor hard links. Source: ONNX, `docs/ExternalData.md`.
struct ExternalData {
  /// The folder of the model.
  let folder: URL

  /// Reads the data of `tensor` into `buffer`, all of it; messages use `label` for the tensor.
  ///
  /// - throws: ``ONNXError`` with code `externalData`, naming tensor and file.
  func read(_ tensor: Onnx__TensorProto, into buffer: UnsafeMutableRawBufferPointer, label: String) throws {
    let entries = try Self.entries(of: tensor, label)
    guard let location = entries["location"] else {
      throw ONNXError(code: .externalData, message: "\(label) has external data, but no 'location'")
    }
    guard !location.isEmpty, location != ".", location != "..", !location.contains(where: { $0 == "/" || $0 == "\\" })
    else {
      throw ONNXError(
        code: .externalData,
        message: "\(label) has its data in '\(location)', expected the name of a file in the model's folder")
    }
    let offset = try Self.number("offset", in: entries, label) ?? 0
    let length = try Self.number("length", in: entries, label) ?? buffer.count
    guard length == buffer.count else {
      throw ONNXError(
        code: .externalData, message: "\(label) has \(length) bytes in '\(location)', expected \(buffer.count)")
    }

    let path = folder.appendingPathComponent(location).path
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else {
      throw ONNXError(
        code: .externalData, message: "\(label): can't open '\(location)': \(String(cString: strerror(errno)))")
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
      throw ONNXError(code: .externalData, message: "\(label): '\(location)' is a link or no regular file")
    }
    let size = Int(status.st_size)
    guard offset <= size, length <= size - offset else {
      throw ONNXError(
        code: .externalData,
        message: "\(label) has \(length) bytes at \(offset) of '\(location)', which has \(size) bytes")
    }
    var done = 0
    while done < length {
      let count = pread(file, buffer.baseAddress.map { $0 + done }, length - done, off_t(offset + done))
      guard count > 0 else {
        throw ONNXError(code: .externalData, message: "\(label): '\(location)' ends too early or can't be read")
      }
      done += count
    }
  }

  private static func entries(of tensor: Onnx__TensorProto, _ label: String) throws -> [String: String] {
    let pairs = messages(tensor.external_data, tensor.n_external_data).map { (text($0.key), text($0.value)) }
    return try Dictionary(pairs) { _, _ in
      throw ONNXError(code: .externalData, message: "\(label) has one key of external_data twice")
    }
  }

  private static func number(_ key: String, in entries: [String: String], _ label: String) throws -> Int? {
    guard let text = entries[key] else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw ONNXError(code: .externalData, message: "\(label): external \(key) is '\(text)', expected a number")
    }
    return number
  }
}
