import Foundation
import TestSupport
import Testing

/// Runs of the command in a temporary folder, with small data.
final class Sandbox {
  /// The result of a finished process.
  struct Outcome {
    let code: Int32
    let signal: Int32?
    let output: String
    let errors: String

    /// The output as JSON.
    func json() throws -> Any { try JSONSerialization.jsonObject(with: Data(output.utf8)) }
  }

  let folder: URL
  var environment: [String: String]

  init(images: Int = 192) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "zoo-\(UUID().uuidString)")
    let data = folder.appending(path: "data")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    try TinyData.write(to: data, images: images)
    environment = ProcessInfo.processInfo.environment
    environment["ZOO_DATA"] = data.path
    environment["ZOO_STORE"] = nil
    environment["ZOO"] = Self.program.path
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The program that was built with the tests.
  static let program: URL = {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: tests).deletingLastPathComponent().appending(path: "zoo")
  }()

  /// Whether disks can be mounted invisibly to other processes.
  static let canMount = succeeds("unshare --mount mount -t tmpfs none /mnt")
  /// Whether this user can run a command as a user without rights.
  static let canBecomeNobody = succeeds("setpriv --reuid=65534 --regid=65534 --clear-groups true")

  private static func succeeds(_ script: String) -> Bool { (try? Sandbox(images: 1).shell(script).code) == 0 }

  func file(_ name: String) -> URL { folder.appending(path: name) }

  /// Starts the command without waiting for it.
  func start(_ arguments: [String]) throws -> Running { try start(Self.program, arguments) }

  /// Runs a bash script in the folder; `$ZOO` is the command.
  func shell(_ script: String) throws -> Outcome { try start(URL(filePath: "/bin/bash"), ["-c", script]).wait() }

  /// Output goes to files: no pipe fills up.
  private func start(_ program: URL, _ arguments: [String]) throws -> Running {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = environment
    let name = UUID().uuidString
    let (output, errors) = (file("\(name).out"), file("\(name).err"))
    try Data().write(to: output)
    try Data().write(to: errors)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return Running(process: process, output: output, errors: errors)
  }

  /// Runs the command to its end.
  func run(_ arguments: String...) throws -> Outcome { try start(arguments).wait() }

  /// Runs the command, which must succeed.
  @discardableResult
  func succeed(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> Outcome {
    let outcome = try start(arguments).wait()
    #expect(
      outcome.code == 0 && outcome.signal == nil, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    return outcome
  }

  /// Runs the command, which must fail with one error that contains all `phrases`.
  @discardableResult
  func fail(
    _ arguments: String..., code: Int32 = 1, saying phrases: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    let outcome = try start(arguments).wait()
    check(outcome, failed: code, saying: phrases, "\(arguments)", sourceLocation: sourceLocation)
    return outcome
  }

  /// Checks that a process failed with one error that contains all `phrases`.
  func check(
    _ outcome: Outcome, failed code: Int32 = 1, saying phrases: [String], _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.code == code && outcome.signal == nil, "\(what): \(outcome)", sourceLocation: sourceLocation)
    let errors = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("Error: ") }
    #expect(errors.count == 1, "\(what): \(outcome.errors)", sourceLocation: sourceLocation)
    for phrase in phrases {
      #expect(
        outcome.errors.contains(phrase), "\(what): '\(phrase)' in \(outcome.errors)", sourceLocation: sourceLocation)
    }
  }

  /// The newest run's id; nil if there is none yet.
  func newestRunIfAny(store: String = "zoo.sqlite") -> String? {
    let listed = try? run("list", "runs", "--limit", "1", "--json", "--store", store).json() as? [[String: Any]]
    return listed?.first?["id"] as? String
  }

  /// The newest run's id.
  func newestRun(store: String = "zoo.sqlite") throws -> String { try #require(newestRunIfAny(store: store)) }

  /// The digest of a checkpoint's state.
  func digest(_ reference: String, store: String = "zoo.sqlite") throws -> String {
    let shown = try run("show", reference, "--json", "--store", store).json() as? [String: Any]
    return try #require(shown?["stateDigest"] as? String)
  }

  /// Every metric row of a run.
  func metrics(_ run: String, store: String = "zoo.sqlite") throws -> String {
    try self.run("show", run, "--metrics", "--json", "--store", store).output
  }
}

/// A process that may still run.
struct Running {
  let process: Process
  let output, errors: URL

  func wait() throws -> Sandbox.Outcome {
    process.waitUntilExit()
    return Sandbox.Outcome(
      code: process.terminationStatus,
      signal: process.terminationReason == .uncaughtSignal ? process.terminationStatus : nil,
      output: try String(contentsOf: output, encoding: .utf8), errors: try String(contentsOf: errors, encoding: .utf8))
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits until `condition` holds. Returns false if the process ends, or 30 s pass, first.
  func wait(until condition: () -> Bool) -> Bool {
    let deadline = Date(timeIntervalSinceNow: 30)
    while process.isRunning, Date() < deadline {
      if condition() { return true }
      usleep(500)
    }
    return false
  }
}
