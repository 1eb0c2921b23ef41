import Foundation
import Hummingbird
import HummingbirdCore

/// Answers only requests that a visitor of this server's own pages can make.
///
/// A page of another site can make a browser send requests here, under a name of its own that it points at this machine
/// ("DNS rebinding"). Such a request has another `Host`. With a token, a visitor shows it once in the address, and
/// then by a cookie that pages of other sites can't use. Pages of other servers of this machine could: cookies do not
/// distinguish ports. So a request that changes something must come from this server's own pages by its `Origin`, too.
struct AccessMiddleware<Context: RequestContext>: RouterMiddleware {
  /// Whether the server is reached by the names of this machine alone. Otherwise every request needs the token.
  let isLocal: Bool
  let port: ServingPort
  /// The text that visitors must know; nil for none.
  let token: String?

  /// The cookie's name. Servers of other ports have others.
  private var cookie: String { "zoo-token-\(port.number ?? 0)" }

  /// Middleware for a server.
  init(_ settings: ServerSettings, port: ServingPort) {
    (isLocal, token, self.port) = (settings.isLocal, settings.token, port)
  }

  /// Whether `host` is a name of this server.
  private func isOwn(_ host: String) -> Bool {
    guard let number = port.number else { return false }
    return ["127.0.0.1", "localhost", "[::1]"].contains { host == "\($0):\(number)" || number == 80 && host == $0 }
  }

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let host = request.head.authority?.lowercased() ?? ""
    guard !isLocal || isOwn(host) else {
      throw HTTPError(.misdirectedRequest, message: "This server is not '\(host.prefix(100))'.")
    }
    guard let token else { return try await next(request, context) }
    if let shown = request.uri.queryParameters["token"] {
      guard Self.isEqual(String(shown), token) else { throw Self.forbidden }
      return Response(
        status: .seeOther,
        headers: [
          .location: Self.location(request.uri),
          .setCookie: "\(cookie)=\(token); Path=/; HttpOnly; SameSite=Strict",
        ])
    }
    guard let shown = request.cookies[cookie]?.value, Self.isEqual(shown, token) else { throw Self.forbidden }
    if ![.get, .head].contains(request.method) {
      let origin = request.headers[.origin]?.lowercased() ?? "no page"
      guard ["http://\(host)", "https://\(host)"].contains(origin) else {
        throw HTTPError(
          .forbidden, message: "Changes are made on this server's own pages, not on '\(origin.prefix(100))'.")
      }
    }
    return try await next(request, context)
  }

  private static var forbidden: HTTPError {
    HTTPError(.forbidden, message: "Open the address that the server printed at its start; it has a token.")
  }

  /// The address without the token, on this server.
  private static func location(_ uri: URI) -> String {
    let rest = (uri.query ?? "").split(separator: "&").filter { !$0.hasPrefix("token=") }
    let path = "/" + uri.path.drop { $0 == "/" || $0 == "\\" }
    return rest.isEmpty ? path : path + "?" + rest.joined(separator: "&")
  }

  /// Compares in a time that does not depend on the place of the first difference.
  private static func isEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
