import Foundation

/// A finished process with its peak memory.
struct MeasuredProcess {
  /// The exit code; nil where a signal ended the process.
  let code: Int32?
  /// Its standard output and standard error.
  let output: String
  /// The most bytes of memory that it had at a time.
  let peak: Int

  /// Runs a program in a folder to its end.
  init(_ program: URL, _ arguments: [String], in folder: URL) throws {
    let log = folder.appending(path: "\(UUID().uuidString).out")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, log.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // The shell changes the folder and becomes the program.
    let shell = "/bin/sh"
    let command = [shell, "-c", "cd \"$0\" && exec \"$@\"", folder.path, program.path] + arguments
    let words = command.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var (process, status, usage) = (pid_t(), Int32(), rusage())
    let error = posix_spawn(&process, shell, &actions, nil, words, environ)
    guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .EINVAL) }
    while wait4(process, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL) }
    }
    code = status & 0x7f == 0 ? status >> 8 & 0xff : nil
    // Linux counts KiB, Darwin bytes.
    #if os(Linux)
      peak = usage.ru_maxrss * 1024
    #else
      peak = usage.ru_maxrss
    #endif
    output = try String(contentsOf: log, encoding: .utf8)
    try FileManager.default.removeItem(at: log)
  }
}
