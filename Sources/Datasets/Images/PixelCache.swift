import FileOutput
import Foundation

/// A file with the decoded pictures of a folder, so that a process decodes them once.
///
/// Its name is a digest of the settings and of the paths, sizes and times of all files: a change gives another name.
struct PixelCache {
  /// Facts about the decoded pictures, in a second file. It is written last.
  struct Summary: Codable {
    /// The fingerprint of the samples.
    let fingerprint: DatasetFingerprint
    /// The pictures that can't be decoded, with the reason.
    let faults: [String: String]
    /// The number of pictures below the size of a sample.
    let enlargedCount: Int
  }

  private let pixels: URL
  private let summary: URL

  init(_ folder: URL, _ settings: ImageFolderSettings, _ files: [PictureFile]) {
    // FNV-1a.
    var digest = UInt64(0xCBF2_9CE4_8422_2325)
    func add(_ text: String) {
      for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }
    add("\(settings.size) \(settings.resize) \(settings.channels) \(settings.background)\n")
    for file in files { add("\(file.path) \(file.size) \(file.changed)\n") }
    let name = "pictures-" + String(digest, radix: 16)
    pixels = folder.appending(path: name + ".pixels")
    summary = folder.appending(path: name + ".json")
  }

  /// The decoded pictures; nil if they are not there yet.
  ///
  /// - Parameter count: the bytes of all pictures.
  func read(_ count: Int) -> (memory: PixelMemory, summary: Summary)? {
    guard let text = try? Data(contentsOf: summary),
      let summary = try? JSONDecoder().decode(Summary.self, from: text),
      let memory = PixelMemory(opening: pixels.path, count: count)
    else { return nil }
    return (memory, summary)
  }

  /// Memory for `count` bytes in a new file beside the final one.
  ///
  /// - Throws: `DatasetError` if the file can't be created.
  func create(_ count: Int) throws(DatasetError) -> PixelMemory {
    let folder = pixels.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw DatasetError(
        code: .unwritable, message: "the folder '\(folder.path)' can't be created: \(error.systemReason)")
    }
    return try PixelMemory(creating: draft, count: count)
  }

  /// Gives the new file its name, once all pictures are decoded.
  ///
  /// - Throws: `DatasetError` if that fails.
  func finish(_ memory: PixelMemory, _ facts: Summary) throws(DatasetError) {
    do {
      try memory.write()
      guard rename(draft, pixels.path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      try JSONEncoder().encode(facts).write(to: summary, options: .atomic)
    } catch {
      unlink(draft)
      throw DatasetError(code: .unwritable, message: "'\(pixels.path)' can't be written: \(error.systemReason)")
    }
  }

  private var draft: String { pixels.path + ".\(getpid())" }
}
