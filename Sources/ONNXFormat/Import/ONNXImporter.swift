import CONNX
import FileOutput
import Foundation
import GraphIR

/// Reads ONNX models: IR versions 3 to 10, operator sets 13 to 21, the operators of our vocabulary.
///
/// Files are untrusted: the bytes are scanned before anything is decoded, and the graph is verified before it is
/// returned. A floating-point initializer becomes a parameter, any other a constant, unless the file says otherwise, as
/// those of ``ONNXExporter`` do.
public struct ONNXImporter: Sendable {
  /// The versions of ONNX's intermediate representation that are read.
  public static let irVersions = 3...10
  /// The versions of ONNX's operator set that are read.
  public static let opsets = 13...21

  /// The limits on the cost of a file.
  public var limits: Limits

  /// An importer.
  public init(limits: Limits = Limits()) { self.limits = limits }

  /// Reads the model in `file`. Tensors may have their data in other files of the same folder.
  ///
  /// - throws: ``ONNXError``, as ``decode(_:)`` does, and with code `file` where the file can't be read.
  public func read(_ file: URL) throws -> ONNXModel {
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
    do {
      return try decode(bytes, externalData: ExternalData(folder: file.deletingLastPathComponent()))
    } catch let error as ONNXError {
      throw ONNXError(code: error.code, message: "'\(file.path)': \(error.message)", cause: error.cause)
    }
  }

  /// Reads the model in `bytes`. Its tensors must contain their data.
  ///
  /// - throws: ``ONNXError`` with the node or the tensor, expected and found.
  public func decode(_ bytes: Data) throws -> ONNXModel { try decode(bytes, externalData: nil) }

  private func decode(_ bytes: Data, externalData: ExternalData?) throws -> ONNXModel {
    try WireScan.check(model: bytes.span, limits: limits)
    let unpacked = bytes.withUnsafeBytes { buffer in
      onnx__model_proto__unpack(nil, buffer.count, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
    guard let unpacked else { throw ONNXError(code: .malformed, message: "protobuf-c can't decode the model") }
    defer { onnx__model_proto__free_unpacked(unpacked, nil) }
    return try ModelDecoding(tensors: TensorDecoding(externalData: externalData)).model(unpacked.pointee)
  }
}
