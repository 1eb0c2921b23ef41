import Foundation
import Testing

/// Signals during kernels, in a separate process with handlers of its own.
@Suite struct SignalTests {
  private static let program: URL = {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: tests).deletingLastPathComponent().appending(path: "SignalHost")
  }()

  @Test(arguments: [1, 2, 3]) func bitsStayAmongSignals(threads: Int) throws {
    let process = Process()
    process.executableURL = Self.program
    process.arguments = ["\(threads)", "150"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    let counts = try #require(JSONSerialization.jsonObject(with: bytes) as? [String: Int])
    #expect(counts["wrong"] == 0, "\(counts)")
    for signal in ["profiled", "used", "alarmed"] {
      #expect(try #require(counts[signal]) > 100, "\(signal): \(counts)")
    }
    #expect(try #require(counts["profiledComputing"]) > 100, "\(counts)")
  }
}
