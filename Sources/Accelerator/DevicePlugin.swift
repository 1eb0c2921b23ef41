import CPJRT
import Crypto
import Foundation
import Synchronization

/// A loaded plugin: a dynamic library with the PJRT C interface.
public final class DevicePlugin: @unchecked Sendable {
  // The handle is never freed, and the functions of a plugin may be called from any thread.

  /// The plugin's file.
  public let path: String
  /// The minor version of the interface; the major version is 0.
  public let interfaceMinor: Int
  /// The SHA-256 of the plugin's file, as hexadecimal digits.
  public let digest: String
  let handle: OpaquePointer

  private static let loaded = Mutex<[String: DevicePlugin]>([:])

  /// Returns the plugin in a file. A file is loaded once in a process.
  ///
  /// - Throws: ``AcceleratorError`` if there is no such file, or it is no plugin of a version that is understood.
  public static func load(_ path: String) throws(AcceleratorError) -> DevicePlugin {
    let path = URL(filePath: path).standardizedFileURL.path
    return try loaded.withLock { (loaded) throws(AcceleratorError) in
      if let plugin = loaded[path] { return plugin }
      let plugin = try DevicePlugin(path)
      loaded[path] = plugin
      return plugin
    }
  }

  private init(_ path: String) throws(AcceleratorError) {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
    } catch {
      throw AcceleratorError(.plugin, "plugin '\(path)' can't be read", cause: error)
    }
    var handle: OpaquePointer?
    try AcceleratorError.check(.plugin, "plugin '\(path)'", pj_plugin_open(path, &handle))
    guard let handle else { preconditionFailure("a plugin was opened without a handle") }
    (self.path, self.handle) = (path, handle)
    interfaceMinor = Int(pj_plugin_minor(handle))
    digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
  }
}
