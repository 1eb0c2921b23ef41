import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import RunStore
import ZooKit

/// A web server for the runs of a store: pages for people, and JSON for programs under `/api/v1`.
///
/// It reads the store, and changes it only where ``ServerSettings/allowsChanges`` says so. Other processes can train
/// beside it.
///
/// ```swift
/// let zoo = try ModelZoo(existing: "zoo.sqlite", toWrite: false)
/// try await ZooServer(zoo).run { print("serving \($0)") }
/// ```
public struct ZooServer: Sendable {
  /// The most connections at one time.
  private static let connections = 256
  /// The seconds after which a silent connection is closed.
  private static let patience = 60

  private let zoo: ModelZoo
  private let settings: ServerSettings

  /// A server for a zoo. One that allows changes needs a zoo to write to and a token.
  public init(_ zoo: ModelZoo, settings: ServerSettings = ServerSettings()) {
    precondition(!settings.allowsChanges || settings.token != nil, "a server that allows changes needs a token")
    (self.zoo, self.settings) = (zoo, settings)
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter onStart: called once with the address to open, such as `http://127.0.0.1:8080/`.
  /// - Throws: ``ServerError`` with code `address` if the address can't be listened at.
  public func run(onStart: @escaping @Sendable (String) -> Void) async throws {
    let port = ServingPort()
    let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.addMiddleware {
      HeaderMiddleware()
      ErrorMiddleware()
      AccessMiddleware(settings, port: port)
    }
    Routes(zoo, allowsChanges: settings.allowsChanges).add(to: router)
    let logger = Logger(label: "zoo") { _ in SwiftLogNoOpLogHandler() }
    let application = Application(
      router: router,
      server: .http1(
        configuration: .init(
          idleTimeout: .seconds(Int64(Self.patience)),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port),
        availableConnectionsDelegate: MaximumAvailableConnections(Self.connections, logger: logger)),
      onServerRunning: { channel in
        let number = channel.localAddress?.port ?? settings.port
        port.set(number)
        onStart(address(number))
      }, logger: logger)
    do {
      try await application.run()
    } catch is CancellationError {
      return
    } catch {
      let place = "\(settings.host):\(settings.port)"
      throw ServerError(
        .address, "\(place) can't be listened at: \(Self.reason(error)); choose another with --port or --host",
        cause: error)
    }
  }

  /// The system's words for an error of a socket.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as IOError: String(cString: strerror(error.errnoCode))
    case is SocketAddressError.UnknownHost: "there is no host of that name"
    default: "\(error)"
    }
  }

  /// The address to open in a browser.
  private func address(_ port: Int) -> String {
    let host = ["0.0.0.0", "::"].contains(settings.host) ? ProcessInfo.processInfo.hostName : settings.host
    let name = host.contains(":") ? "[\(host)]" : host
    return "http://\(name):\(port)/" + (settings.token.map { "?token=\($0)" } ?? "")
  }
}
