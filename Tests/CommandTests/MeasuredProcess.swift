import Foundation
import Testing

/// A finished process with its peak memory.
struct MeasuredProcess {
  /// The exit code; nil where a signal ended the process.
  let code: Int32?
  /// Its standard output and standard error.
  let output: String
  /// The most bytes of memory that it had at a time.
  let peak: Int

  /// Runs a program in a folder to its end.
  ///
  /// Python starts it: on Linux, the peak of a process includes the memory of the one that started it, and that of the
  /// tests grows meanwhile.
  init(_ program: URL, _ arguments: [String], in folder: URL) throws {
    let place = folder.appending(path: UUID().uuidString)
    let (log, result) = (place.appendingPathExtension("out"), place.appendingPathExtension("peak"))
    defer { for file in [log, result] { try? FileManager.default.removeItem(at: file) } }
    let script = """
      import resource, subprocess, sys
      with open(sys.argv[2], "wb") as log:
          code = subprocess.run(sys.argv[4:], cwd=sys.argv[1], stdout=log, stderr=log).returncode
      with open(sys.argv[3], "w") as result:
          print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=result)
      """
    let python = Process()
    python.executableURL = URL(filePath: "/usr/bin/env")
    let interpreter = ProcessInfo.processInfo.environment["ZOO_PYTHON"] ?? "python3"
    python.arguments = [interpreter, "-c", script, folder.path, log.path, result.path, program.path] + arguments
    try python.run()
    python.waitUntilExit()
    let numbers = try String(contentsOf: result, encoding: .utf8).split(whereSeparator: \.isWhitespace)
    let (status, used) = (try #require(Int32(numbers[0])), try #require(Int(numbers[1])))
    code = status >= 0 ? status : nil
    // Linux counts KiB, Darwin bytes.
    #if os(Linux)
      peak = used * 1024
    #else
      peak = used
    #endif
    output = try String(contentsOf: log, encoding: .utf8)
  }
}
