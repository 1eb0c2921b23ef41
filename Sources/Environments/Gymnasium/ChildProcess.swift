import Foundation

/// A Python process with which zoo exchanges one question and one answer at a time, over a socket at its standard
/// input.
///
/// It uses `posix_spawn` instead of Foundation's `Process`: the child gets a socket, a process group of its own and an
/// empty signal mask. Collecting its output and its exit status needs neither threads nor a run loop. The descriptors
/// of this side are closed in all children.
struct ChildProcess: ~Copyable {
  /// The reason why a question has no answer.
  enum Failure: Error {
    /// The process has closed the connection or ended.
    case ended
    /// The timeout has passed.
    case silent
  }

  let pid: pid_t
  private let socket: Int32
  /// Standard output and standard error of the process.
  private let output: Int32
  private var outputIsOpen = true
  /// The tail of its output.
  private(set) var lastOutput: [UInt8] = []
  /// The exit status as `waitpid` returns it; `nil` while it runs.
  private(set) var status: Int32?
  /// The timeout of the latest message or answer, received or not, counted from the last sign of life.
  private(set) var limit = Duration.zero

  /// The number of bytes of its output that are kept.
  private static let keptOutput = 4096
  /// The time that the process may take to close after its last use.
  private static let grace = Duration.seconds(2)
  /// The interval of checks whether the process is alive: descendants may hold the socket open.
  private static let pulse = Duration.milliseconds(250)

  /// Starts a process.
  /// - Parameter arguments: the program, which is looked up on the PATH unless it contains a slash, and its arguments.
  /// - Throws: `POSIXError` when it can't be started.
  init(_ arguments: [String]) throws(POSIXError) {
    // The output uses sockets too: unlike the ends of a pipe, theirs are never open in another child, not even briefly.
    var (there, here): ([Int32], [Int32]) = ([], [])
    defer { there.forEach { close($0) } }
    for _ in 0..<2 {
      var ends: [Int32] = [-1, -1]
      guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else { break }
      there.append(ends[0])
      here.append(ends[1])
    }
    guard here.count == 2 else {
      let code = errno
      here.forEach { close($0) }
      throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EMFILE)
    }
    var pid: pid_t = -1
    let error = Self.spawn(arguments, input: there[0], output: there[1], pid: &pid)
    guard error == 0 else {
      here.forEach { close($0) }
      throw POSIXError(POSIXErrorCode(rawValue: error) ?? .EIO)
    }
    (self.pid, socket, output) = (pid, here[0], here[1])
  }

  deinit {
    close(socket)
    if status == nil {
      _ = Self.end(pid, within: Self.grace)
    }
    close(output)
  }

  private static func spawn(_ arguments: [String], input: Int32, output: Int32, pid: inout pid_t) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // In its own group the process receives no Ctrl-C, and can be killed together with the processes that an
    // environment has started.
    posix_spawnattr_setpgroup(&attributes, 0)
    // A thread of Dispatch blocks signals. A child would inherit that.
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

    var strings = arguments.map { strdup($0) } + [nil]
    // Makes the order of a set of strings the same in every process, unless the user has set the variable.
    let environment = ["PYTHONHASHSEED": "0"].merging(ProcessInfo.processInfo.environment) { $1 }
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (strings + variables).forEach { free($0) } }
    return posix_spawnp(&pid, arguments[0], &actions, &attributes, &strings, &variables)
  }

  /// The length of a message that is a sign of life before an operation with the timeout of a start.
  private static let startSign = UInt64.max

  /// Sends a message.
  /// - Parameters:
  ///   - message: the bytes of the message, without its length.
  ///   - timeout: the time to wait until the process has received it.
  mutating func send(_ message: [UInt8], within timeout: Duration) throws(Failure) {
    limit = timeout
    let bytes = withUnsafeBytes(of: UInt64(message.count).littleEndian) { Array($0) } + message
    try send(bytes, until: SuspendingClock.now + limit)
  }

  /// Waits for the answer to a message. Signs of life may precede the answer.
  /// - Parameters:
  ///   - timeout: the time to wait for an answer or a sign of life, also after an empty message.
  ///   - startTimeout: the time to wait after a message of the length `startSign`.
  ///   - isStart: whether the message itself asks for a start.
  mutating func receive(
    within timeout: Duration, startingWithin startTimeout: Duration, isStart: Bool
  ) throws(Failure) -> [UInt8] {
    limit = isStart ? startTimeout : timeout
    var deadline = SuspendingClock.now + limit
    var answer: [UInt8] = []
    while true {
      answer.removeAll(keepingCapacity: true)
      try receive(into: &answer, count: MemoryLayout<UInt64>.size, until: deadline)
      let count = answer.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
      answer.removeAll(keepingCapacity: true)
      let isSign = count == 0 || count == Self.startSign
      if isSign { limit = count == 0 ? timeout : startTimeout }
      deadline = SuspendingClock.now + limit
      if isSign { continue }
      try receive(into: &answer, count: Int(clamping: count), until: deadline)
      return answer
    }
  }

  private mutating func send(_ bytes: [UInt8], until deadline: SuspendingClock.Instant) throws(Failure) {
    var sent = 0
    while sent < bytes.count {
      // Without MSG_NOSIGNAL, a broken connection would end this process by SIGPIPE.
      let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
      let count = bytes.withUnsafeBytes { Foundation.send(socket, $0.baseAddress! + sent, $0.count - sent, flags) }
      if count >= 0 {
        sent += count
      } else {
        try wait(for: POLLOUT, until: deadline)
      }
    }
  }

  /// Appends `count` bytes. Memory grows as they arrive: `count` is not trusted.
  private mutating func receive(
    into bytes: inout [UInt8], count: Int, until deadline: SuspendingClock.Instant
  ) throws(Failure) {
    while bytes.count < count {
      let start = bytes.count
      let room = min(count - start, 1 << 20)
      bytes.append(contentsOf: repeatElement(0, count: room))
      let received = bytes.withUnsafeMutableBytes {
        recv(socket, $0.baseAddress! + start, room, Int32(MSG_DONTWAIT))
      }
      bytes.removeLast(room - max(received, 0))
      if received == 0 { throw .ended }
      if received < 0 {
        try wait(for: POLLIN, until: deadline)
      }
    }
  }

  /// Waits until the socket is ready, after a call that failed with `errno`; keeps output that arrives meanwhile.
  private mutating func wait(for event: Int32, until deadline: SuspendingClock.Instant) throws(Failure) {
    guard [EAGAIN, EINTR].contains(errno) else { throw .ended }
    while true {
      let left = max(.zero, SuspendingClock.now.duration(to: deadline))
      let milliseconds = Int32((min(left, Self.pulse) / Duration.milliseconds(1)).rounded(.up))
      var ready = [
        pollfd(fd: socket, events: Int16(event), revents: 0),
        pollfd(fd: outputIsOpen ? output : -1, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&ready, nfds_t(ready.count), milliseconds)
      if count > 0, ready[1].revents != 0 {
        outputIsOpen = readOutput()
      }
      if count > 0, ready[0].revents != 0 { return }
      if Self.hasEnded(pid) { throw .ended }
      if left == .zero { throw .silent }
    }
  }

  /// Reads available output once. Returns false at the end of the output.
  private mutating func readOutput() -> Bool {
    var chunk = [UInt8](repeating: 0, count: Self.keptOutput)
    let count = read(output, &chunk, chunk.count)
    guard count > 0 else { return false }
    lastOutput = (lastOutput + chunk.prefix(count)).suffix(Self.keptOutput)
    return true
  }

  /// Waits a moment for the process to end by itself, kills it otherwise, and records how it ended.
  mutating func end(within patience: Duration) {
    guard status == nil else { return }
    status = Self.end(pid, within: patience)
    // Other processes that hold the socket must not block this one.
    _ = fcntl(output, F_SETFL, O_NONBLOCK)
    while readOutput() {}
  }

  private static func end(_ pid: pid_t, within patience: Duration) -> Int32 {
    let deadline = SuspendingClock.now + patience
    while !hasEnded(pid), SuspendingClock.now < deadline {
      usleep(1000)
    }
    // Before the process is reaped: afterwards its number could be reused. Its descendants are in the group.
    kill(-pid, SIGKILL)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status
  }

  /// Whether the process has ended. The process is not reaped.
  private static func hasEnded(_ pid: pid_t) -> Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_signo == SIGCHLD
  }
}
