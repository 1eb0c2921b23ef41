import Foundation
import Testing

/// Runs of the command in a folder of their own, with small data.
final class Sandbox {
  /// What a finished process left.
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
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The program that was built with the tests.
  static let program: URL = {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: tests).deletingLastPathComponent().appending(path: "zoo")
  }()

  func file(_ name: String) -> URL { folder.appending(path: name) }

  /// Starts the command without waiting for it. Its output goes to files.
  func start(_ arguments: [String], tag: String = UUID().uuidString) throws -> Running {
    let process = Process()
    process.executableURL = Self.program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = environment
    let (output, errors) = (file("\(tag).out"), file("\(tag).err"))
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

  /// Runs the command, which must fail with one error that holds every one of `phrases`.
  @discardableResult
  func fail(
    _ arguments: String..., code: Int32 = 1, saying phrases: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    let outcome = try start(arguments).wait()
    #expect(outcome.code == code && outcome.signal == nil, "\(arguments): \(outcome)", sourceLocation: sourceLocation)
    let errors = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("Error: ") }
    #expect(errors.count == 1, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    for phrase in phrases {
      #expect(
        outcome.errors.contains(phrase), "\(arguments): '\(phrase)' in \(outcome.errors)",
        sourceLocation: sourceLocation)
    }
    return outcome
  }

  /// The newest run's id; nil where there is none yet.
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

  /// Waits until `condition` holds; false where the process ended or half a minute passed before.
  func wait(until condition: () -> Bool) -> Bool {
    let deadline = Date(timeIntervalSinceNow: 30)
    while process.isRunning, Date() < deadline {
      if condition() { return true }
      usleep(500)
    }
    return false
  }
}
