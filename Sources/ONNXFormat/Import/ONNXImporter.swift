import CONNX
import FileOutput
import Foundation
import GraphIR

/// Reads ONNX models: IR versions 3 to 14, operator sets 1 to 28.
///
/// A graph is what remains when everything that is known before it runs is resolved: functions, branches and loops,
/// sequences, older versions of operators. Element types that graphs lack are widened. Initializers become parameters
/// or constants by their use and name (``ImportedModel/initializers`` says which), unless the file says it, as those
/// of ``ONNXExporter`` do.
///
/// Files are untrusted: the bytes are scanned before anything is decoded, and the graph is verified before it is
/// returned.
public struct ONNXImporter: Sendable {
  /// The versions of ONNX's intermediate representation that are read.
  public static let irVersions = 3...14
  /// The versions of ONNX's operator set that are read.
  public static let opsets = 1...28

  /// Facts and choices that a file does not contain.
  public var options: ImportOptions

  /// An importer.
  public init(_ options: ImportOptions = ImportOptions()) { self.options = options }

  /// An importer with other limits.
  public init(limits: Limits) { options = ImportOptions(limits: limits) }

  /// Reads the model in `file`, in a form of ``ONNXFile``. Tensors may have their data in other files of its folder.
  ///
  /// - throws: ``ONNXError``, as ``decode(_:)`` does, and with code `file` where the file can't be read.
  public func read(_ file: URL) throws -> ONNXModel { try readModel(file).model }

  /// Reads the model in `file`, and reports what its initializers became.
  ///
  /// - throws: as ``read(_:)``.
  public func readModel(_ file: URL) throws -> ImportedModel {
    do {
      let bytes = try ONNXFile.read(file, limits: options.limits)
      return try decode(bytes, externalData: ExternalData(folder: file.deletingLastPathComponent()))
    } catch let error as ONNXError where error.code != .file {
      throw ONNXError(code: error.code, message: "'\(file.path)': \(error.message)", cause: error.cause)
    }
  }

  /// Reads the model in `bytes`. Its tensors must contain their data.
  ///
  /// - throws: ``ONNXError`` with the node or the tensor, expected and found.
  public func decode(_ bytes: Data) throws -> ONNXModel { try decode(bytes, externalData: nil).model }

  private func decode(_ bytes: Data, externalData: ExternalData?) throws -> ImportedModel {
    try WireScan.check(model: bytes.span, limits: options.limits)
    let unpacked = bytes.withUnsafeBytes { buffer in
      onnx__model_proto__unpack(nil, buffer.count, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
    guard let unpacked else { throw ONNXError(code: .malformed, message: "protobuf-c can't decode the model") }
    defer { onnx__model_proto__free_unpacked(unpacked, nil) }
    let reading = ModelReading(tensors: TensorDecoding(externalData: externalData))
    return try ModelImport(options: options).model(try reading.model(unpacked.pointee))
  }
}
