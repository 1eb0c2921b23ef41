import Foundation

/// A Python program that has a store's file open through its own SQLite connection.
final class OtherProgram {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  /// Runs `statements` on the file, and keeps the connection in that state.
  init(_ path: String, _ statements: String...) throws {
    let program = """
      import sqlite3, sys
      connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)
      for line in sys.stdin:
          try:
              print(list(connection.execute(line)), flush=True)
          except sqlite3.Error as error:
              print(error, flush=True)
      """
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program, path]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    for statement in statements { try run(statement) }
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Runs a statement and returns its rows, or SQLite's message.
  @discardableResult
  func run(_ statement: String) throws -> String {
    try input.fileHandleForWriting.write(contentsOf: Data((statement + "\n").utf8))
    var line = Data()
    while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) { line += byte }
    return String(decoding: line, as: UTF8.self)
  }

  /// A program that reads the file in a transaction without end.
  static func reading(_ path: String) throws -> OtherProgram {
    try OtherProgram(path, "BEGIN", "SELECT count(*) FROM run")
  }
}
