import Datasets
import Foundation
import Testing

@Suite("CIFAR-10")
struct CIFAR10Tests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// The record of an image whose pixel p is i + p modulo 256.
  private func record(_ image: Int) -> [UInt8] {
    [UInt8(image % 10)] + (0..<3072).map { UInt8(truncatingIfNeeded: image + $0) }
  }

  /// Writes five training files of two images each.
  private func write(suffix: String = "", under subfolder: String = "") throws {
    for file in 0..<5 {
      try folder.write(
        record(2 * file) + record(2 * file + 1), to: "\(subfolder)data_batch_\(file + 1).bin\(suffix)")
    }
  }

  private func error(_ split: CIFAR10.Split = .train) -> DatasetError? {
    #expect(throws: DatasetError.self) { try CIFAR10(split, directory: folder.url) }
  }

  @Test(
    "Files are found with .gz and without, in the folder and its subfolders",
    arguments: ["", ".gz"], ["", "cifar-10/", "cifar-10-batches-bin/"])
  func places(_ suffix: String, _ subfolder: String) throws {
    try write(suffix: suffix, under: subfolder)
    let dataset = try CIFAR10(directory: folder.url)
    #expect((dataset.count, dataset.sampleShape) == (10, [3, 32, 32]))
    #expect(dataset.labels == ClassLabels(names: CIFAR10.classNames, rows: Array(0..<10)))
    #expect(dataset.images[3 * 3072 + 5] == 8)
    #expect(dataset.fingerprint.shape == [10, 3, 32, 32])
  }

  @Test("Rows are written in their order, scaled with torchvision's bits")
  func scaling() throws {
    try write()
    let dataset = try CIFAR10(directory: folder.url)
    let facts = try Facts.load()
    let rows = [9, 0, 4, 4]
    let expected = rows.flatMap { row in (0..<3072).map { facts.scaledBits[(row + $0) % 256] } }
    #expect(dataset.samples(rows).map(\.bitPattern) == expected)
  }

  @Test("The test images are in their own file")
  func test() throws {
    try folder.write(record(3), to: "test_batch.bin")
    #expect(try CIFAR10(.test, directory: folder.url).classes == [3])
    #expect(error(.train)?.code == .notFound)
  }

  @Test("The error of a missing file names the file, its source and the option that helps")
  func missing() throws {
    try write()
    try FileManager.default.removeItem(at: folder.url.appending(path: "data_batch_4.bin"))
    let error = error()
    #expect(error?.code == .notFound)
    for word in ["data_batch_4.bin", folder.url.path, "cifar-10-binary.tar.gz", "ZOO_DATA"] {
      #expect(error?.description.contains(word) == true, "\(word)")
    }
  }

  @Test("Damaged files are errors that name them")
  func damaged() throws {
    let wrong: [([UInt8], String)] = [
      ([], "found 0 bytes"), (Array(record(1).dropLast()), "found 3072 bytes"), (record(1) + [0], "found 3074 bytes"),
      (record(1) + [10] + record(0).dropFirst(), "found 10 in record 1"),
    ]
    for (bytes, saying) in wrong {
      try write()
      try folder.write(bytes, to: "data_batch_3.bin")
      let error = error()
      #expect(error?.code == .corrupt)
      #expect(error?.description.contains("data_batch_3.bin") == true)
      #expect(error?.description.contains(saying) == true, "\(saying): \(error?.description ?? "")")
    }
    try write(suffix: ".gz")
    try folder.truncate(folder.url.appending(path: "data_batch_2.bin.gz"), by: 20)
    try FileManager.default.removeItem(at: folder.url.appending(path: "data_batch_2.bin"))
    #expect(error()?.code == .corrupt)
  }

  @Test("One changed pixel or label changes the fingerprint")
  func changed() throws {
    try write()
    let original = try CIFAR10(directory: folder.url)
    for position in [0, 1, 3072] {
      var bytes = record(4)
      bytes[position] ^= 1
      try folder.write(bytes + record(5), to: "data_batch_3.bin")
      #expect(try CIFAR10(directory: folder.url).fingerprint != original.fingerprint)
    }
  }
}
