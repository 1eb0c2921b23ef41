import Crypto
import Foundation

/// Compiled programs as files: the next process does not compile them again.
///
/// They are in `zoo/programs` of the user's cache folder (`XDG_CACHE_HOME`, or `~/.cache`). A file that can't be read
/// or written costs time only. Each begins with the SHA-256 of the rest: a plugin must not run damaged code.
struct ProgramCache {
  private let folder: URL

  init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
    let named = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? URL(filePath: $0) : nil }
    let caches = named ?? FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache")
    folder = caches.appending(path: "zoo/programs")
  }

  /// The name of a program that everything determines which the compiler reads.
  func key(_ texts: [String], _ options: [UInt8]) -> String {
    var hash = SHA256()
    // Lengths keep two lists apart whose texts are equal one after the other.
    for bytes in texts.map({ Array($0.utf8) }) + [options] {
      withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
      hash.update(data: bytes)
    }
    return hash.finalize().map { String(format: "%02x", $0) }.joined()
  }

  /// The bytes of a compiled program; nil if the cache has none.
  subscript(key: String) -> Data? {
    get {
      guard let file = try? Data(contentsOf: folder.appending(path: key)) else { return nil }
      let program = file.dropFirst(SHA256.byteCount)
      return file.prefix(SHA256.byteCount).elementsEqual(SHA256.hash(data: program)) ? Data(program) : nil
    }
    nonmutating set {
      guard let newValue else { return }
      // Compiled programs are code: nobody else may write there.
      try? FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try? (Data(SHA256.hash(data: newValue)) + newValue).write(to: folder.appending(path: key), options: .atomic)
    }
  }
}
