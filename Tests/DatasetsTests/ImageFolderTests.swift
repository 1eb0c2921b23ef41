import Datasets
import Foundation
import Pictures
import Testing

/// Folders of pictures: order, labels, sizes, faults, and the file of decoded pictures.
@Suite struct ImageFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A picture of one colour.
  private func picture(_ red: UInt8, _ green: UInt8, _ blue: UInt8, width: Int = 4, height: Int = 4) throws -> Data {
    let pixels = (0..<width * height).flatMap { _ in [red, green, blue] }
    return try Picture(width: width, height: height, channels: 3, pixels: pixels).pngData()
  }

  private func write(_ data: Data, to path: String) throws {
    let file = folder.url.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  private func scaled(_ byte: Float) -> Float { (byte / 255 - 0.5) / 0.5 }

  @Test func foldersAreClasses() throws {
    try write(picture(255, 0, 0), to: "cat/b c.png")
    try write(picture(0, 255, 0), to: "cat/deep/ä.PNG")
    try write(picture(0, 0, 255), to: "ape/1.png")
    try write(Data("text".utf8), to: "ape/notes.txt")
    try write(Data("hidden".utf8), to: "ape/.hidden.png")
    let data = try ImageFolder(folder.url, ImageFolderSettings(height: 2, width: 3))
    #expect(data.paths == ["ape/1.png", "cat/b c.png", "cat/deep/ä.PNG"])
    #expect(data.labels == ClassLabels(names: ["ape", "cat"], rows: [0, 1, 1]))
    #expect(data.sampleShape == [3, 2, 3])
    #expect(data.remarks == ["other files than PNG, JPEG or WebP: 1"])
    // Planes of red, green and blue, six pixels each.
    let (full, none) = ([Float](repeating: 1, count: 6), [Float](repeating: -1, count: 6))
    let expected: [[Float]] = [full, none, none, none, none, full, none, full, none]
    #expect(data.samples([1, 0, 2]) == expected.flatMap(\.self))
  }

  @Test func picturesBesideFoldersHaveNoClasses() throws {
    try write(picture(1, 2, 3), to: "a.png")
    try write(picture(1, 2, 3), to: "b/a.png")
    let data = try ImageFolder(folder.url, ImageFolderSettings(height: 4, width: 4))
    #expect(data.labels == nil && data.count == 2)
    #expect(data.samples([0])[0] == scaled(1) && data.samples([0])[47] == scaled(3))
  }

  @Test func onlyTheContentDeterminesTheFingerprint() throws {
    try write(picture(9, 9, 9), to: "a/x.png")
    let settings = ImageFolderSettings(height: 4, width: 4)
    let first = try ImageFolder(folder.url, settings).fingerprint
    try FileManager.default.moveItem(
      at: folder.url.appending(path: "a/x.png"), to: folder.url.appending(path: "a/y.png"))
    #expect(try ImageFolder(folder.url, settings).fingerprint == first)
    try write(picture(9, 9, 8), to: "a/y.png")
    #expect(try ImageFolder(folder.url, settings).fingerprint != first)
    try write(picture(9, 9, 9), to: "a/y.png")
    try FileManager.default.moveItem(at: folder.url.appending(path: "a"), to: folder.url.appending(path: "b"))
    #expect(try ImageFolder(folder.url, settings).fingerprint != first)
  }

  @Test func settingsChangeTheSamples() throws {
    try write(picture(255, 0, 0, width: 8, height: 2), to: "wide.png")
    var settings = ImageFolderSettings(height: 4, width: 4)
    settings.channels = 1
    // 0.299 of the intensity, 76.
    #expect(try ImageFolder(folder.url, settings).samples([0]) == [Float](repeating: scaled(76), count: 16))
    settings.resize = .fit
    settings.background = 0
    // The picture is one row high, below a margin of two rows, the nearest even number to 1.5.
    let rows = [scaled(0), scaled(0), scaled(76), scaled(0)]
    let expected = rows.flatMap { [$0, $0, $0, $0] }
    let data = try ImageFolder(folder.url, settings)
    #expect(data.samples([0]) == expected)
    #expect(data.remarks == ["pictures smaller than 4 x 4 pixels, which are enlarged: 1"])
  }

  @Test func brokenPicturesAreNamedAtOnce() throws {
    let good = try picture(1, 1, 1, width: 32, height: 32)
    try write(good, to: "good.png")
    try write(good.prefix(50), to: "short.png")
    try write(Data(), to: "empty.jpg")
    try write(Data("no picture".utf8), to: "text.webp")
    var settings = ImageFolderSettings(height: 4, width: 4)
    let error = #expect(throws: DatasetError.self) { try ImageFolder(folder.url, settings) }
    #expect(error?.code == .brokenPictures)
    for name in ["3 of 4 pictures", "short.png", "empty.jpg", "text.webp", "skipBroken"] {
      #expect(error?.message.contains(name) == true, "\(name)")
    }
    settings.skipBroken = true
    let data = try ImageFolder(folder.url, settings)
    #expect(data.paths == ["good.png"] && data.remarks.first?.hasPrefix("pictures left out, 3: ") == true)
    #expect(data.samples([0]) == [Float](repeating: scaled(1), count: 48))
    try FileManager.default.removeItem(at: folder.url.appending(path: "good.png"))
    let none = #expect(throws: DatasetError.self) { try ImageFolder(folder.url, settings) }
    #expect(none?.code == .brokenPictures && none?.message.contains("no picture") == true)
  }

  @Test func foldersWithoutPicturesAreErrors() throws {
    let settings = ImageFolderSettings(height: 4, width: 4)
    let empty = #expect(throws: DatasetError.self) { try ImageFolder(folder.url, settings) }
    #expect(empty?.code == .notFound && empty?.message.contains("has no PNG, JPEG or WebP file") == true)
    let missing = #expect(throws: DatasetError.self) {
      try ImageFolder(folder.url.appending(path: "none"), settings)
    }
    #expect(missing?.code == .notFound && missing?.message.contains("there is no folder") == true)
  }

  @Test func linksAreFollowedOnce() throws {
    try write(picture(1, 2, 3), to: "a/x.png")
    let manager = FileManager.default
    try manager.createSymbolicLink(
      at: folder.url.appending(path: "a/loop"), withDestinationURL: folder.url.appending(path: "a"))
    try manager.createSymbolicLink(
      at: folder.url.appending(path: "a/top"), withDestinationURL: folder.url)
    // The link has the lesser name, and is thus the one that is followed.
    try write(picture(4, 5, 6), to: "z/1.png")
    try manager.createSymbolicLink(
      at: folder.url.appending(path: "b"), withDestinationURL: folder.url.appending(path: "z"))
    try manager.createSymbolicLink(
      at: folder.url.appending(path: "a/y.png"), withDestinationURL: folder.url.appending(path: "a/x.png"))
    try manager.createSymbolicLink(
      at: folder.url.appending(path: "a/z.png"), withDestinationURL: folder.url.appending(path: "missing.png"))
    let error = #expect(throws: DatasetError.self) {
      try ImageFolder(folder.url, ImageFolderSettings(height: 4, width: 4))
    }
    #expect(error?.message.contains("a/z.png") == true)
    try manager.removeItem(at: folder.url.appending(path: "a/z.png"))
    let data = try ImageFolder(folder.url, ImageFolderSettings(height: 4, width: 4))
    #expect(data.paths == ["a/x.png", "a/y.png", "b/1.png"])
  }

  @Test func largeFoldersAreDecodedOnce() throws {
    // One more picture than are decoded each time.
    for index in 0...4096 {
      try write(picture(UInt8(index % 251), 0, UInt8(index / 251), width: 1, height: 1), to: "\(index).png")
    }
    let cache = try TemporaryFolder()
    let settings = ImageFolderSettings(height: 2, width: 2)
    let first = try ImageFolder(folder.url, settings, cache: cache.url)
    // The data set reads from the file that is changed below.
    let (top, rest) = (first.samples([0]), first.samples(1...4096))
    let files = try FileManager.default.contentsOfDirectory(atPath: cache.url.path).sorted()
    #expect(files.count == 2 && files[1].hasSuffix(".pixels"))
    // A changed pixel shows that the second reader takes the file.
    let pixels = cache.url.appending(path: files[1])
    var bytes = try Data(contentsOf: pixels)
    #expect(bytes.count == 4097 * 12)
    bytes[0] ^= 0x80
    try bytes.write(to: pixels)
    let second = try ImageFolder(folder.url, settings, cache: cache.url)
    #expect(second.fingerprint == first.fingerprint)
    #expect(second.samples([0]) != top && second.samples(1...4096) == rest)
    // A change of the folder gives other files.
    try write(picture(7, 7, 7), to: "0.png")
    let third = try ImageFolder(folder.url, settings, cache: cache.url)
    #expect(third.samples([0])[0] == scaled(7) && third.samples(1...4096) == rest)
    // Files of another size are not used.
    try Data(bytes.dropLast()).write(to: pixels)
    #expect(try ImageFolder(folder.url, settings, cache: cache.url).fingerprint == third.fingerprint)
  }
}
