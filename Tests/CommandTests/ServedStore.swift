import Foundation
import Testing

/// A `zoo serve` of a sandbox's store.
final class ServedStore {
  private let running: Running
  let client: HTTPClient
  /// The printed address.
  let address: String

  init(_ sandbox: Sandbox, _ options: [String] = []) throws {
    let running = try sandbox.start(["serve", "--port", "0"] + options)
    var line = ""
    let isServing = running.wait {
      line = (try? String(contentsOf: running.output, encoding: .utf8)) ?? ""
      return line.hasSuffix("\n")
    }
    try #require(isServing, "\(String(describing: try? String(contentsOf: running.errors, encoding: .utf8)))")
    self.running = running
    address = String(try #require(line.split(separator: " ").dropFirst().first))
    client = HTTPClient(port: try #require(UInt16(URL(string: address)?.port ?? 0)))
  }

  deinit {
    running.send(SIGKILL)
    running.process.waitUntilExit()
  }

  var isRunning: Bool { running.process.isRunning }

  /// The largest memory of the process so far, in bytes.
  func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(running.process.processIdentifier)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(Int(line.filter(\.isNumber))) * 1024
  }
}
