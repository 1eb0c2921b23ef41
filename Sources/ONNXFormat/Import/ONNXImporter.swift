import CONNX
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

  /// Reads the model in `file`, in a form of ``ONNXFile``. Tensors may have their data in other files of the same
  /// folder and of folders in it.
  ///
  /// - throws: ``ONNXError``, as ``decode(_:)`` does, and with code `file` where the file can't be read.
  public func read(_ file: URL) throws -> ONNXModel { try readModel(file).model }

  /// Reads the model in `file`, and reports what its initializers became.
  ///
  /// - throws: as ``read(_:)``.
  public func readModel(_ file: URL) throws -> ImportedModel {
    errno = 0
    // The folder is opened once: the file and its external data are those of one folder.
    guard let folder = FileFolder(file.deletingLastPathComponent().path),
      let input = InputFile(file.lastPathComponent, in: folder, followsLink: true)
    else {
      throw ONNXError(
        code: .file,
        message: errno == 0
          ? "'\(file.path)' is no regular file" : "can't read '\(file.path)': \(String(cString: strerror(errno)))")
    }
    let isText = ONNXText.fileExtensions.contains(file.pathExtension.lowercased())
    do {
      return try decode(
        isText ? .memory(ONNXFile.read(file, limits: options.limits)) : .file(input),
        externalData: ExternalData(folder: folder, limits: options.limits))
    } catch let error as ONNXError {
      throw ONNXError(code: error.code, message: "'\(file.path)': \(error.message)", cause: error.cause)
    }
  }

  /// Reads the model in `bytes`. Its tensors must contain their data.
  ///
  /// - throws: ``ONNXError`` with the node or the tensor, expected and found.
  public func decode(_ bytes: Data) throws -> ONNXModel { try decode(.memory(bytes), externalData: nil).model }

  private func decode(_ source: ByteSource, externalData: ExternalData?) throws -> ImportedModel {
    try ModelImport(options: options).model(try message(source, externalData: externalData))
  }

  private func message(_ source: ByteSource, externalData: ExternalData?) throws -> ModelProto {
    let model = try UnpackedMessage(
      WireScan.skeleton(ofModel: source, limits: options.limits),
      budget: options.limits.messageBytes(ofFile: source.byteCount), unpack: onnx__model_proto__unpack,
      free: onnx__model_proto__free_unpacked)
    let reading = ModelReading(tensors: TensorDecoding(source: source, externalData: externalData))
    return try withExtendedLifetime(model) { try reading.model(model.message.pointee) }
  }
}
