import ArgumentParser
import Foundation
import Synchronization
import WebServer
import ZooKit

/// `zoo serve`.
struct ServeCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Show runs, curves, samples, graphs and models in a browser, and as JSON.",
    discussion: "Nothing is changed without --write.")

  @Option(help: "The port; 0 for a free one.")
  var port = 8080

  @Option(
    help: "The address to listen at; any but 127.0.0.1, localhost and ::1 is open to others, who need a token.")
  var host = "127.0.0.1"

  @Flag(help: "Let visitors stop, rename, note, tag and prune runs; they need the token in the printed address.")
  var write = false

  @Flag(help: "Open the page in the browser.")
  var open = false

  @OptionGroup var options: StoreOptions

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port: expected a number from 0 to 65535, found \(port).")
    }
  }

  func run() throws {
    var settings = ServerSettings()
    (settings.host, settings.port) = (host, port)
    settings.allowsChanges = write
    if !settings.isLocal || write { settings.token = ServerSettings.randomToken() }
    let server = ZooServer(try options.existing(toWrite: write), settings: settings)
    let isOpened = open
    let (done, result) = (DispatchSemaphore(value: 0), Outcome())
    Task {
      do {
        try await server.run { address in
          print("serving \(address) until Ctrl-C")
          fflush(nil)
          if isOpened { Self.openBrowser(address) }
        }
      } catch { result.set(error) }
      done.signal()
    }
    done.wait()
    if let error = result.error { throw error }
  }

  /// The error of a task that a thread waits for.
  private final class Outcome: Sendable {
    private let stored = Mutex<(any Error)?>(nil)
    var error: (any Error)? { stored.withLock { $0 } }
    func set(_ error: any Error) { stored.withLock { $0 = error } }
  }

  private static func openBrowser(_ address: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["xdg-open", address]
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    do { try process.run() } catch {
      Terminal.error.write("note: no browser could be opened: \(error)\n", within: .zero)
    }
  }
}
