import Foundation

/// Standard output or standard error, which may be a terminal.
struct Terminal: Sendable {
  static let output = Terminal(descriptor: STDOUT_FILENO)
  static let error = Terminal(descriptor: STDERR_FILENO)

  private let descriptor: Int32

  /// The bytes of one write. A pipe that is writable takes that many at once.
  private static let piece = 4096

  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The characters that fit into a line; nil if this is not a terminal.
  var width: Int? { size?.width }

  /// The characters of a line, and the lines, at least 1; nil if this is not a terminal.
  var size: (width: Int, height: Int)? {
    var size = winsize()
    guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), max(Int(size.ws_row), 1))
  }

  /// Writes as much as possible and ignores errors: a full disk under a log must not stop training.
  ///
  /// - Parameters:
  ///   - text: the text to write.
  ///   - patience: the longest wait for a reader that has stopped, as a terminal after Ctrl-S. The rest of the text is
  ///     then dropped. Nil for no limit.
  func write(_ text: String, within patience: Duration? = nil) {
    let deadline = patience.map { SuspendingClock.now + $0 }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      guard isWritable(until: deadline) else { return }
      let written = rest.prefix(Self.piece).withUnsafeBytes { bytes in
        // A writable socket may take fewer bytes.
        let sent = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT))
        return sent >= 0 || errno != ENOTSOCK ? sent : Foundation.write(descriptor, bytes.baseAddress, bytes.count)
      }
      guard written >= 0 || [EAGAIN, EINTR].contains(errno) else { return }
      rest = rest.dropFirst(max(written, 0))
    }
  }

  private func isWritable(until deadline: SuspendingClock.Instant?) -> Bool {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while true {
      let left = deadline.map { max(.zero, SuspendingClock.now.duration(to: $0)) }
      let count = poll(&state, 1, left.map { Int32(clamping: Int64(($0 / .milliseconds(1)).rounded(.up))) } ?? -1)
      // An error of the descriptor is left to the write.
      if count != 0 && !(count < 0 && errno == EINTR) { return true }
      if left == .zero { return false }
    }
  }
}

extension String {
  /// The text in one line of at most `width` characters, with an ellipsis if it was cut off.
  func fitted(to width: Int?) -> String {
    let line = String(map { $0.isNewline || $0 == "\t" ? " " : $0 })
      .filter { $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } }
    guard let width, line.count > width else { return line }
    return line.prefix(max(0, width - 1)) + "…"
  }
}
