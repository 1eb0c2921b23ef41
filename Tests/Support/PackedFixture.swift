import Foundation

/// A fixture that gzip has packed.
public enum PackedFixture {
  /// Unpacks a file of `Tests/Fixtures`.
  ///
  /// - Parameters:
  ///   - name: the name of the packed file.
  ///   - path: the path of the unpacked file, which is created or emptied.
  public static func unpack(_ name: String, to path: String) throws {
    let packed = URL(filePath: #filePath).appending(path: "../../Fixtures/\(name)").standardizedFileURL
    guard FileManager.default.createFile(atPath: path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", packed.path]
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: path))
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
  }
}
