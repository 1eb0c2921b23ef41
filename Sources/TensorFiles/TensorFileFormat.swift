import Foundation
import GraphIR

/// The formats of files with tensors by name. The raw values are the endings of the files' names.
public enum TensorFileFormat: String, CaseIterable, Sendable {
  /// The format of Hugging Face's library.
  case safetensors
  /// An archive of NumPy.
  case npz

  /// The format of a file by the ending of its name; nil for another ending.
  public init?(_ path: String) { self.init(rawValue: URL(filePath: path).pathExtension.lowercased()) }

  /// The content of a file. Equal tensors have equal bytes.
  ///
  /// - Parameters:
  ///   - parameters: the tensors, by name.
  ///   - metadata: additional text in a safetensors file; NPZ can't hold it.
  /// - Throws: ``TensorFileError`` where the format can't hold the tensors or the metadata.
  public func encoded(_ parameters: [String: TensorValue], metadata: [String: String] = [:]) throws -> Data {
    switch self {
    case .safetensors: return try Safetensors.encoded(parameters, metadata: metadata)
    case .npz:
      guard metadata.isEmpty else {
        throw TensorFileError(.unsupported, "NPZ has no place for metadata; write a file that ends in .safetensors")
      }
      return try NPZ.encoded(parameters)
    }
  }
}
