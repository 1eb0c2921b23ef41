import Foundation
import GraphIR
import TensorFiles
import Testing

/// Runs `body` with a folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "zoo-tensors-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// The tensor of `CrossChecks/tensor_files.py`: element k is (k − 2) / 4, k − 2, or whether k is odd.
func ramp(_ type: DataType, _ shape: Shape) -> TensorValue {
  let places = 0..<shape.elementCount
  return switch type {
  case .float32: TensorValue(places.map { Float($0 - 2) / 4 }, shape: shape)
  case .float64: TensorValue(places.map { Double($0 - 2) / 4 }, shape: shape)
  case .int64: TensorValue(places.map { Int64($0 - 2) }, shape: shape)
  case .bool: TensorValue(places.map { $0 % 2 == 1 }, shape: shape)
  }
}

let shapes: [String: Shape] = [
  "scalar": [], "vector": [5], "matrix": [3, 2], "empty": [2, 0, 3], "cube": [2, 3, 4],
]

/// A tensor of each type and shape, and one with a name that needs escapes.
func samples() -> [String: TensorValue] {
  var tensors = ["größe 'x'\"": TensorValue([Float(1.5)])]
  for type in DataType.allCases {
    for (name, shape) in shapes { tensors["\(type.rawValue)/\(name)"] = ramp(type, shape) }
  }
  return tensors
}

/// Reads bytes as a file with this ending.
func load(_ bytes: [UInt8], _ ending: String) throws -> [String: TensorValue] {
  try withTemporaryFolder { folder in
    let url = folder.appending(path: "file.\(ending)")
    try Data(bytes).write(to: url)
    return try loadParameters(from: url.path)
  }
}

/// The bytes of a file that zoo writes.
func saved(_ tensors: [String: TensorValue], _ ending: String) throws -> [UInt8] {
  try withTemporaryFolder { folder in
    let url = folder.appending(path: "file.\(ending)")
    try save(parameters: tensors, to: url.path)
    return [UInt8](try Data(contentsOf: url))
  }
}

/// Expects that the bytes are refused with a message that contains the `parts`.
func expectRefused(
  _ bytes: [UInt8], _ ending: String, _ code: TensorFileError.Code = .corrupt, _ parts: String...,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let error = #expect(throws: TensorFileError.self, sourceLocation: sourceLocation) { try load(bytes, ending) }
  #expect(error?.code == code, "\(error?.description ?? "")", sourceLocation: sourceLocation)
  for part in parts + ["file.\(ending)'"] {
    #expect(
      error?.message.contains(part) == true, "\(error?.description ?? "") lacks '\(part)'",
      sourceLocation: sourceLocation)
  }
}
