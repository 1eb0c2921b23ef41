import CONNX
import Foundation
import GraphIR

/// Tensor data in files beside a model.
///
/// A model names those files, so it could name any file of the user. Only regular files in the model's folder and the
/// folders in it are read, neither symbolic nor hard links. Every component of a path is opened in the open folder
/// before it, so that no program can replace one by a link in between. Source: ONNX, `docs/ExternalData.md`.
final class ExternalData {
  /// The place of a tensor's data: an open file and an offset.
  struct Place {
    let file: InputFile
    let offset: Int
    fileprivate let location: String

    /// Fills `buffer` with the bytes of the tensor from `start` on.
    ///
    /// - throws: ``ONNXError`` with code `externalData`, naming tensor and file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at start: Int, label: String) throws {
      guard file.read(into: buffer, at: offset + start) else {
        throw ONNXError(code: .externalData, message: "\(label): '\(location)' ends too early or can't be read")
      }
    }
  }

  private let folder: FileFolder
  private var memoryLeft: Int
  /// The bytes that tensors take from each file.
  private var taken: [String: Int] = [:]

  /// Data of a model in `folder`, at most `limits.externalData` bytes.
  init(folder: FileFolder, limits: Limits) {
    self.folder = folder
    memoryLeft = limits.externalData
  }

  /// Finds the data of `tensor`, `byteCount` bytes; messages use `label` for the tensor. No memory is taken for them.
  ///
  /// - throws: ``ONNXError`` with code `externalData` or `limit`, naming tensor and file.
  func place(of tensor: Onnx__TensorProto, byteCount: Int, label: String) throws -> Place {
    let entries = try Self.entries(of: tensor, label)
    guard let location = entries["location"] else {
      throw ONNXError(code: .externalData, message: "\(label) has external data, but no 'location'")
    }
    let offset = try Self.number("offset", in: entries, label) ?? 0
    let length = try Self.number("length", in: entries, label) ?? byteCount
    guard length == byteCount else {
      throw ONNXError(
        code: .externalData, message: "\(label) has \(length) bytes in '\(location)', expected \(byteCount)")
    }
    let file = try open(location, label)
    guard offset <= file.byteCount, length <= file.byteCount - offset else {
      throw ONNXError(
        code: .externalData,
        message: "\(label) has \(length) bytes at \(offset) of '\(location)', which has \(file.byteCount) bytes")
    }
    try take(length, from: file, location, label)
    return Place(file: file, offset: offset, location: location)
  }

  private func open(_ location: String, _ label: String) throws -> InputFile {
    let components = location.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard components.allSatisfy({ !["", ".", ".."].contains($0) }), !location.contains("\\") else {
      throw ONNXError(
        code: .externalData,
        message: "\(label) has its data in '\(location)', expected the path of a file in the model's folder")
    }
    var folder = folder
    for name in components.dropLast() {
      guard let next = folder.folder(name) else {
        throw ONNXError(
          code: .externalData,
          message: "\(label): can't open '\(location)': '\(name)' is a link or no folder")
      }
      folder = next
    }
    errno = 0
    guard let file = InputFile(components[components.count - 1], in: folder, followsLink: false) else {
      let reason = errno == 0 || errno == ELOOP ? "it is a link or no regular file" : String(cString: strerror(errno))
      throw ONNXError(code: .externalData, message: "\(label): can't open '\(location)': \(reason)")
    }
    guard file.linkCount == 1 else {
      throw ONNXError(
        code: .externalData, message: "\(label): '\(location)' has \(file.linkCount) hard links, expected one; copy it")
    }
    return file
  }

  /// Counts the bytes of a tensor. Tensors that share data can't ask for much more memory than the files have bytes.
  private func take(_ length: Int, from file: InputFile, _ location: String, _ label: String) throws {
    let total = taken[location, default: 0] + length
    taken[location] = total
    guard total / 2 <= file.byteCount else {
      throw ONNXError(
        code: .limit,
        message: "\(label): tensors take \(total) bytes from '\(location)', expected at most twice its "
          + "\(file.byteCount) bytes")
    }
    memoryLeft -= length
    guard memoryLeft >= 0 else {
      throw ONNXError(
        code: .limit,
        message: "\(label): the external data take more memory than the limits allow (\(length) bytes more)")
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
