import Foundation
import GraphIR
import ONNXFormat
import TensorFiles

/// A format of untrusted bytes.
enum Format: String, CaseIterable {
  /// An ONNX model.
  case importer
  /// An ONNX tensor: the scan and the decoding without the import of a graph.
  case tensor
  /// The text form of graphs.
  case text
  /// ONNX's textual syntax.
  case onnxtxt
  /// Files of tensors.
  case safetensors, npz, npy

  /// Reads `bytes`. An error is a result like any other; a crash is not.
  func read(_ bytes: UnsafeRawBufferPointer) {
    do {
      switch self {
      case .importer: try ONNXImporter().decode(Data(bytes)).graph.verify()
      case .tensor: _ = try ONNXTensor.decode(Data(bytes))
      case .text: try GraphParser.graph(from: String(decoding: bytes, as: UTF8.self)).verify()
      case .onnxtxt: _ = try ONNXText.print(ONNXText.parse(Data(bytes)))
      case .safetensors, .npz: _ = try loadParameters(from: file(bytes))
      case .npy: _ = try loadTensor(from: file(bytes))
      }
    } catch let error as ONNXError where error.message.contains("protobuf-c can't decode") {
      fatalError("the scan lets bytes pass that protobuf-c can't unpack")
    } catch {}
  }

  /// A file with these bytes. It is the same for all inputs.
  private func file(_ bytes: UnsafeRawBufferPointer) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(getpid()).\(rawValue)")
    try Data(bytes).write(to: file)
    return file.path
  }
}
