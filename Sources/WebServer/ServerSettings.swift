import Foundation

/// The address of a server, and who may see it.
public struct ServerSettings: Sendable {
  /// The address to listen at; by default that of this machine alone.
  public var host = "127.0.0.1"
  /// The port; 0 for a free one. By default 8080.
  public var port = 8080
  /// Whether visitors can stop, rename, note, tag and prune runs; by default not. It needs a ``token``.
  public var allowsChanges = false
  /// A text that visitors must have in their first address, as `?token=…`; nil, the default, for none.
  public var token: String?

  /// The default settings.
  public init() {}

  /// 32 random hexadecimal digits.
  public static func randomToken() -> String {
    (0..<2).map { _ in
      let digits = String(UInt64.random(in: .min ... .max), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// Whether only programs of this machine reach ``host``.
  public var isLocal: Bool { ["127.0.0.1", "localhost", "::1"].contains(host) }
}
