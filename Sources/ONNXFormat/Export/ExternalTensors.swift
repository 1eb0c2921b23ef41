import FileOutput
import GraphIR

/// The tensors of a model whose data are written to a file beside it.
///
/// Source: ONNX, `docs/ExternalData.md`, which asks for offsets at multiples of 4 KiB.
final class ExternalTensors {
  /// Offsets are multiples of this number of bytes, so that readers can map the tensors.
  static let alignment = 4096

  /// The name of the file, in the folder of the model.
  let location: String
  private var values: [TensorValue] = []
  /// The number of bytes in the file.
  private(set) var byteCount = 0

  init(location: String) { self.location = location }

  /// The offset of a value that belongs into the file; nil for a small one.
  func offset(of value: TensorValue) -> Int? {
    guard value.byteCount >= Self.alignment else { return nil }
    let offset = Self.aligned(byteCount)
    values.append(value)
    byteCount = offset + value.byteCount
    return offset
  }

  /// Writes the values, one after the other.
  func write(to file: OutputFile) throws {
    let padding = [UInt8](repeating: 0, count: Self.alignment)
    try file.write { append in
      var position = 0
      for value in values {
        try padding.withUnsafeBytes { try append(.init(rebasing: $0[..<(Self.aligned(position) - position)])) }
        try value.withUnsafeBytes { try append($0) }
        position = Self.aligned(position) + value.byteCount
      }
    }
  }

  private static func aligned(_ position: Int) -> Int { (position + alignment - 1) / alignment * alignment }
}
