import Foundation

/// Standard output or standard error, which may be a terminal.
struct Terminal: Sendable {
  static let output = Terminal(descriptor: STDOUT_FILENO)
  static let error = Terminal(descriptor: STDERR_FILENO)

  private let descriptor: Int32

  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The characters that fit into a line; nil where this is no terminal.
  var width: Int? {
    var size = winsize()
    guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes as much as can be written: a full disk under a log is no reason to stop training.
  func write(_ text: String) {
    try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: Data(text.utf8))
  }
}

extension String {
  /// The text in one line of at most `width` characters, with an ellipsis where something was cut off.
  func fitted(to width: Int?) -> String {
    let line = String(map { $0.isNewline || $0 == "\t" ? " " : $0 })
      .filter { $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } }
    guard let width, line.count > width else { return line }
    return line.prefix(max(0, width - 1)) + "…"
  }
}
