import Foundation
import ONNXFormat
import Testing

/// Expects an `ONNXError` with `code` whose description contains all `parts`.
func expectError(
  _ code: ONNXError.Code, _ parts: String..., location: SourceLocation = #_sourceLocation,
  from body: () throws -> some Any
) {
  let error = #expect(throws: ONNXError.self, sourceLocation: location) { try body() }
  guard let error else { return }
  #expect(error.code == code, "\(error)", sourceLocation: location)
  for part in parts {
    #expect(error.description.contains(part), "\(error)", sourceLocation: location)
  }
}

/// Calls `body` with a folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("onnx-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
