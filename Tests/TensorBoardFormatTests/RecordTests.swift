import Foundation
import Testing

@testable import TensorBoardFormat

/// Checksums and records. The test of `zoo log` reads whole files with the `tensorboard` package.
@Suite struct RecordTests {
  private static let checksums: [(bytes: [UInt8], sum: UInt32)] = [
    ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
    ([UInt8](0..<32), 0x46DD_794E), ([UInt8]((0..<32).reversed()), 0x113F_DB5C), (Array("123456789".utf8), 0xE306_9283),
    ([], 0),
  ]

  /// RFC 3720, appendix B.4, and the check value of CRC-32/ISCSI.
  @Test(arguments: checksums)
  func checksumsAreThoseOfTheStandard(_ bytes: [UInt8], _ sum: UInt32) {
    #expect(CRC32C.checksum(of: bytes) == sum)
  }

  /// From tensorboard 2.21: `masked_crc32c(b"123456789")`, and what its `RecordWriter` writes for
  /// `Event(wall_time=1.5, step=300, file_version="brain.Event:2")`.
  @Test func aRecordIsThatOfTensorBoard() {
    #expect(CRC32C.masked(of: Array("123456789".utf8)) == 0xC78A_B0E5)
    let written: [UInt8] = [
      27, 0, 0, 0, 0, 0, 0, 0, 26, 13, 158, 19, 9, 0, 0, 0, 0, 0, 0, 248, 63, 16, 172, 2, 26, 13, 98, 114, 97, 105, 110,
      46, 69, 118, 101, 110, 116, 58, 50, 10, 141, 197, 228,
    ]
    #expect(LogEvent(time: 1.5, step: 300, .version).record == written)
  }

  /// numpy.histogram([0.1, 0.2, 0.30000000000000004, 1, -1, 0.5], bins=4), NumPy 2.4.
  @Test func histogramsAreThoseOfNumPy() {
    let histogram = Histogram([0.1, 0.2, 0.1 + 0.2, 1, .nan, -1, .infinity, 0.5], count: 4)
    #expect(histogram.buckets.map(\.count) == [1, 0, 3, 2])
    #expect(histogram.buckets.map(\.left) == [-1, -0.5, 0, 0.5] && histogram.buckets.last?.right == 1)
    #expect(Histogram([2, 2]).buckets == [Histogram.Bucket(left: 1.5, right: 2.5, count: 2)])
    #expect(Histogram([]).buckets.isEmpty && Histogram([.nan]).buckets.isEmpty)
    #expect(Histogram([-1e308, 1e308, 0]).buckets.map(\.count) == [3])
  }

  /// A number at an edge belongs to the interval on its right, however quotients are rounded.
  @Test func everyNumberIsInItsInterval() {
    let numbers = (0...3000).map { Double($0) * 0.1 / 3 - 7 }
    let histogram = Histogram(numbers)
    #expect(histogram.buckets.reduce(0) { $0 + $1.count } == numbers.count)
    for (index, bucket) in histogram.buckets.enumerated() {
      let isLast = index == histogram.buckets.count - 1
      #expect(bucket.count == numbers.count { $0 >= bucket.left && ($0 < bucket.right || isLast) }, "\(index)")
    }
  }

  @Test func filesFollowEachOtherAndReplaceTheirPredecessors() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "events-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
    func size(_ name: String) throws -> Int { try Data(contentsOf: URL(filePath: "\(folder)/\(name)")).count }
    let foreign = "events.out.tfevents.123.host"
    try Data().write(to: URL(filePath: "\(folder)/\(foreign)"))
    try Data().write(to: URL(filePath: "\(folder)/notes.zoo"))
    // A part of a killed process, and a clock that is set back.
    try Data().write(to: URL(filePath: "\(folder)/x.zoo-part"))
    for (time, name) in [(2000.5, 2000), (2000, 2001), (1000, 2002)] {
      let file = try EventFile(in: folder, at: time)
      #expect(try names().contains { $0.hasSuffix(".zoo-part") })
      try file.append([LogEvent(time: time, step: 1, .values([LogValue("a", .scalar(1))]))])
      try file.publish()
      // The file before it is empty, that before is gone.
      let own = try names().filter { $0.hasSuffix(".zoo") && $0.hasPrefix("events") }
      #expect(own == ((max(name - 1, 2000))...name).map { "events.out.tfevents.000000\($0).zoo" })
      #expect(try size(own[own.count - 1]) > 0 && own.dropLast().allSatisfy { try size($0) == 0 })
      let before = try size(own[own.count - 1])
      try file.append([LogEvent(time: time, step: 2, .start)])
      #expect(try size(own[own.count - 1]) > before)
    }
    #expect(try EventFile.foreignFiles(in: folder) == [foreign])
    #expect(try names().suffix(2) == [foreign, "notes.zoo"])
    #expect(throws: POSIXError.self) { try EventFile(in: folder + "/none", at: 1) }
  }
}
