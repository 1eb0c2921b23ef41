import Datasets
import Foundation
import Testing

@Suite("IDX files")
struct IDXFileTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// The error of reading a file; the file's name has to be in its message.
  private func error(of file: URL, rank: Int = 3) -> DatasetError? {
    let error = #expect(throws: DatasetError.self) { try IDXFile(contentsOf: file, rank: rank) }
    #expect(error?.description.contains(file.lastPathComponent) == true)
    return error
  }

  @Test("Plain and gzipped files give their dimensions and bytes", arguments: ["file", "file.gz"])
  func content(_ name: String) throws {
    let values = (0..<2 * 3 * 5).map { UInt8($0 * 7 % 256) }
    let file = try IDXFile(contentsOf: folder.write(idx([2, 3, 5], values), to: name), rank: 3)
    #expect(file.dimensions == [2, 3, 5])
    #expect(file.bytes == values)
  }

  @Test("A file of more than one piece is read whole")
  func long() throws {
    let values = (0..<3 * 1_048_577).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) }
    let file = try IDXFile(contentsOf: folder.write(idx([3, 1_048_577], values), to: "long.gz"), rank: 2)
    #expect(file.bytes == values)
  }

  @Test("The error of a truncated file names the missing part", arguments: [("a", 1), ("b", 31), ("c", 45)])
  func truncated(_ name: String, cut: Int) throws {
    let file = try folder.write(idx([2, 3, 5], [UInt8](repeating: 1, count: 30)), to: name)
    try folder.truncate(file, by: cut)
    let error = error(of: file)
    #expect(error?.code == .corrupt)
    let expected = ["a": "2 x 3 x 5 = 30 bytes", "b": "3 dimensions", "c": "magic number"]
    #expect(error?.description.contains(expected[name] ?? "?") == true)
  }

  @Test("A truncated gzip stream is an error, in its data or in its checksum", arguments: [1, 8, 12])
  func truncatedGzip(_ cut: Int) throws {
    let values = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * $0) }
    let file = try folder.write(idx([10, 10, 10], values), to: "file.gz")
    try folder.truncate(file, by: cut)
    let error = error(of: file)
    #expect(error?.code == .corrupt)
    #expect(error?.description.contains("truncated") == true)
  }

  @Test("A flipped bit in a gzip stream fails the checksum")
  func damagedGzip() throws {
    let file = try folder.write(idx([10, 10, 10], (0..<1000).map { UInt8($0 % 251) }), to: "file.gz")
    var data = try Data(contentsOf: file)
    data[data.count - 6] ^= 1
    try data.write(to: file)
    let error = error(of: file)
    #expect(error?.code == .corrupt)
    #expect(error?.description.contains("damaged") == true)
  }

  @Test("Bytes after the last value are an error", arguments: ["file", "file.gz"])
  func trailing(_ name: String) throws {
    let file = try folder.write(idx([1, 2, 2], [1, 2, 3, 4, 5]), to: name)
    let error = error(of: file)
    #expect(error?.code == .corrupt)
    #expect(error?.description.contains("more bytes") == true)
  }

  @Test(
    "A wrong magic number is shown",
    arguments: [[0x89, 0x50, 0x4e, 0x47], [0, 1, 8, 3], [0, 0, 0x0d, 3]] as [[UInt8]])
  func magic(_ bytes: [UInt8]) throws {
    let file = try folder.write(bytes + idx([1, 1, 1], [0])[4...], to: "file")
    let error = error(of: file)
    #expect(error?.code == .corrupt)
    #expect(error?.description.contains(bytes.map { String(format: "%02x", $0) }.joined(separator: " ")) == true)
  }

  @Test("Another number of dimensions is an error")
  func rank() throws {
    let error = error(of: try folder.write(idx([4], [1, 2, 3, 4]), to: "file"), rank: 3)
    #expect(error?.code == .unexpectedShape)
    #expect(error?.description.contains("expected 3 dimensions, found 1") == true)
  }

  @Test(
    "A size that the file can't hold is refused",
    arguments: [[60_000, 28, 28], [0xffff_ffff, 0xffff_ffff, 0xffff_ffff]])
  func absurd(_ dimensions: [Int]) throws {
    for name in ["file", "file.gz"] {
      let error = error(of: try folder.write(idx(dimensions, [1]), to: name))
      #expect(error?.code == .corrupt)
      #expect(error?.description.contains("more than a file of this size can hold") == true)
    }
  }

  @Test("A missing file and a folder can't be read")
  func unreadable() throws {
    #expect(error(of: folder.url.appending(path: "missing"))?.code == .unreadable)
    #expect(error(of: folder.url)?.code == .unreadable)
  }

  @Test("A file may have no values")
  func empty() throws {
    let file = try IDXFile(contentsOf: folder.write(idx([0, 28, 28], []), to: "file"), rank: 3)
    #expect(file.dimensions == [0, 28, 28])
    #expect(file.bytes.isEmpty)
  }
}
