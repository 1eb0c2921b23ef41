import Dispatch
import FileOutput
import Foundation
import Pictures

/// The pictures in a folder and below it: PNG, JPEG and WebP of any size. Folders inside it are classes.
///
/// All pictures are decoded and resized at once, on all processors, into 8 bits for each channel. The decoded pictures
/// of large folders are kept in a file, if there is a folder for it; the system then loads from it as needed.
public struct ImageFolder: Dataset {
  /// Folders with more pictures have a file of decoded pictures.
  private static let cachedCount = 4096
  /// The most names in a message.
  private static let namedCount = 20

  /// The path of the folder.
  public let name: String
  /// Channels, height and width.
  public var sampleShape: [Int] { settings.sampleShape }
  /// The fingerprint of all samples and labels.
  public let fingerprint: DatasetFingerprint
  /// The first folder of each picture's path; nil unless every picture has one.
  public let labels: ClassLabels?
  /// Remarks about pictures that are enlarged or left out, and other files.
  public let remarks: [String]
  /// The paths of the samples, below the folder.
  public let paths: [String]
  private let settings: ImageFolderSettings
  private let memory: PixelMemory
  /// The place of each sample in the memory.
  private let slots: [Int]

  /// Reads a folder.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - settings: the size and the form of the samples.
  ///   - cache: the folder for decoded pictures; nil for none.
  /// - Throws: `DatasetError`: `.notFound` if there are no pictures, `.brokenPictures` with the names of those that
  ///   can't be decoded, unless the settings skip them.
  public init(_ folder: URL, _ settings: ImageFolderSettings, cache: URL? = nil) throws(DatasetError) {
    name = folder.path
    self.settings = settings
    let listing = try PictureListing(folder)
    let files = listing.files
    guard !files.isEmpty else {
      throw DatasetError(
        code: .notFound,
        message: "'\(folder.path)' has no PNG, JPEG or WebP file, and \(listing.otherCount) other files; name one with "
          + "pictures")
    }
    let cache = files.count > Self.cachedCount ? cache.map { PixelCache($0, settings, files) } : nil
    let decoded = try Self.decoded(files, in: folder, settings, cache)
    memory = decoded.memory
    let faults = decoded.summary.faults
    let all = listing.faults + faults.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    guard all.isEmpty || settings.skipBroken else {
      throw DatasetError(
        code: .brokenPictures,
        message: "\(all.count) of \(files.count + listing.faults.count) pictures in '\(folder.path)' can't be read: "
          + Self.named(all) + "; repair or remove them, or leave them out with skipBroken: true")
    }
    slots = files.indices.filter { faults[files[$0].path] == nil }
    guard !slots.isEmpty else {
      throw DatasetError(
        code: .brokenPictures, message: "no picture in '\(folder.path)' can be read: \(Self.named(all))")
    }
    paths = slots.map { files[$0].path }
    fingerprint = decoded.summary.fingerprint
    labels = Self.labels(slots.map { files[$0].label })
    var remarks: [String] = []
    if !all.isEmpty { remarks.append("pictures left out, \(all.count): \(Self.named(all))") }
    if decoded.summary.enlargedCount > 0 {
      let size = "\(settings.size[1]) x \(settings.size[0]) pixels"
      remarks.append("pictures smaller than \(size), which are enlarged: \(decoded.summary.enlargedCount)")
    }
    if listing.otherCount > 0 { remarks.append("other files than PNG, JPEG or WebP: \(listing.otherCount)") }
    self.remarks = remarks
  }

  /// The number of pictures.
  public var count: Int { slots.count }

  /// Writes samples scaled to [-1, 1].
  public func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    requireRoom(for: rows, in: buffer)
    let size = sampleSize
    for (index, row) in rows.enumerated() {
      let start = slots[row] * size
      for offset in 0..<size { buffer[index * size + offset] = Self.scaled(memory.bytes[start + offset]) }
    }
  }

  private static func named(_ faults: [String]) -> String {
    let rest = faults.count - namedCount
    return faults.prefix(namedCount).joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
  }

  private static func labels(_ folders: [String?]) -> ClassLabels? {
    let known = folders.compactMap(\.self)
    guard known.count == folders.count else { return nil }
    let names = Set(known).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    return ClassLabels(names: names, rows: known.compactMap { places[$0] })
  }

  /// The decoded pictures from the file that an earlier process wrote, or else from the folder.
  private static func decoded(
    _ files: [PictureFile], in folder: URL, _ settings: ImageFolderSettings, _ cache: PixelCache?
  ) throws(DatasetError) -> (memory: PixelMemory, summary: PixelCache.Summary) {
    let size = settings.sampleShape.reduce(1, *)
    let total = files.count * size
    if let known = cache?.read(total) { return known }
    let memory = if let cache { try cache.create(total) } else { try PixelMemory(count: total) }
    let results = decode(files, in: folder, settings, into: memory)
    var faults: [String: String] = [:]
    for case (let file, .broken(let reason)) in zip(files, results) { faults[file.path] = reason }
    let good = zip(files.indices, results).filter { if case .decoded = $1 { true } else { false } }.map(\.0)
    let labels = Array(good.map { files[$0].label ?? "" }.joined(separator: "\n").utf8)
    let fingerprint = labels.withUnsafeBytes { labels in
      let pixels = good.map { UnsafeRawBufferPointer(rebasing: memory.bytes[$0 * size..<($0 + 1) * size]) }
      return DatasetFingerprint(shape: [good.count] + settings.sampleShape, parts: pixels + [labels])
    }
    let enlarged = results.count { if case .decoded(isEnlarged: true) = $0 { true } else { false } }
    let summary = PixelCache.Summary(fingerprint: fingerprint, faults: faults, enlargedCount: enlarged)
    if let cache { try cache.finish(memory, summary) }
    return (memory, summary)
  }

  private enum Outcome: Sendable {
    case pending
    case decoded(isEnlarged: Bool)
    case broken(String)
  }

  /// Decodes all pictures into `memory`, each in its place.
  private static func decode(
    _ files: [PictureFile], in folder: URL, _ settings: ImageFolderSettings, into memory: PixelMemory
  ) -> [Outcome] {
    let size = settings.sampleShape.reduce(1, *)
    var outcomes = [Outcome](repeating: .pending, count: files.count)
    outcomes.withUnsafeMutableBufferPointer { buffer in
      // Every call has elements of its own.
      nonisolated(unsafe) let outcomes = buffer
      DispatchQueue.concurrentPerform(iterations: files.count) { index in
        let place = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[index * size..<(index + 1) * size])
        outcomes[index] = decode(folder.appending(path: files[index].path), settings, into: place)
      }
    }
    return outcomes
  }

  private static func decode(
    _ file: URL, _ settings: ImageFolderSettings, into place: UnsafeMutableRawBufferPointer
  ) -> Outcome {
    do {
      let (height, width) = (settings.size[0], settings.size[1])
      let background = UInt8(clamping: settings.background)
      let bytes = try Data(contentsOf: file, options: .mappedIfSafe)
      let picture = try bytes.withUnsafeBytes { try Picture(decoding: $0, background: background) }
      let sample = picture.converted(channels: settings.channels)
        .resized(width: width, height: height, settings.resize, background: background)
      let area = height * width
      for pixel in 0..<area {
        for channel in 0..<settings.channels {
          place[channel * area + pixel] = sample.pixels[pixel * settings.channels + channel]
        }
      }
      return .decoded(isEnlarged: picture.width < width || picture.height < height)
    } catch let error as PictureError {
      return .broken(error.message)
    } catch {
      return .broken(error.systemReason)
    }
  }
}
