import Foundation
import Testing

/// A machine with only the basic tools and the programs that a test installs.
///
/// The scripts are the real ones. Only the programs on the PATH are replaced.
final class BareMachine {
  /// The library that a broken program needs.
  static let missingLibrary = "libQ.so.6"

  let folder: URL
  private var tools: URL { folder.appending(path: "tools") }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "zoo-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
    for tool in [
      "awk", "bash", "cat", "chmod", "cut", "dirname", "env", "grep", "head", "mktemp", "paste", "realpath", "rm",
      "sed",
      "sh", "sleep", "sort", "tail", "tr",
    ] {
      try link(tool)
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Links a tool of this machine.
  func link(_ tool: String) throws {
    let path = try #require(["/usr/bin", "/bin"].map { "\($0)/\(tool)" }.first(where: FileManager.default.fileExists))
    try FileManager.default.createSymbolicLink(atPath: tools.appending(path: tool).path, withDestinationPath: path)
  }

  /// Puts a script of bash on the PATH.
  func install(_ name: String, _ script: String) throws { try write(Data("#!/bin/bash\n\(script)\n".utf8), as: name) }

  /// Puts a toolchain on the PATH that starts.
  func installSwift() throws { try install("swift", "echo 'Swift version 6.3.1 (swift-6.3.1-RELEASE)'") }

  /// Puts a program on the PATH that the system can't start, as a library is missing: `cat` with another C library.
  func installBrokenProgram(_ name: String) throws {
    var program = try Data(contentsOf: URL(filePath: "/bin/cat"))
    while let range = program.firstRange(of: Data("libc.so.6".utf8)) {
      program.replaceSubrange(range, with: Data(Self.missingLibrary.utf8))
    }
    try write(program, as: name)
  }

  private func write(_ content: Data, as name: String) throws {
    let file = tools.appending(path: name)
    try content.write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }

  func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// Runs a script of the repository.
  func run(_ script: String, _ arguments: String...) throws -> Sandbox.Outcome {
    let path = ScriptTests.root.appending(path: "script/\(script)").path
    return try shell(([path] + arguments).map { "'\($0)'" }.joined(separator: " "))
  }

  /// Runs a line of bash in the folder of the machine.
  func shell(_ script: String) throws -> Sandbox.Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = folder
    process.environment = ["PATH": tools.path, "HOME": folder.path, "LANG": "C.UTF-8"]
    let (output, errors) = (folder.appending(path: "output"), folder.appending(path: "errors"))
    try Data().write(to: output)
    try Data().write(to: errors)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return try Running(process: process, output: output, errors: errors).wait()
  }
}
