import Foundation

/// Linux's record of a process in `/proc/PID/stat`.
///
/// Source: proc(5).
struct ProcessStatus {
  /// Whether the process has ended and only its entry in the process table is left.
  let hasEnded: Bool
  /// The start time, in clock ticks since the boot.
  let started: Int64

  /// The status of the process `pid`; nil if there is none.
  init?(pid: Int32) {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return nil }
    // The second field is the program's name in parentheses. It may contain blanks and parentheses.
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let started = Int64(fields[19]) else { return nil }
    hasEnded = fields[0] == "Z" || fields[0] == "X"
    self.started = started
  }
}
