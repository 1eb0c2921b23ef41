import Datasets
import Foundation
import Testing

/// MNIST's and CIFAR-100's files, and IDX files of the user's own.
@Suite struct ImageFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func scaled(_ byte: UInt8) -> Float { (Float(byte) / 255 - 0.5) / 0.5 }

  @Test(arguments: ["", ".gz"]) func anIDXFileWithLabels(_ ending: String) throws {
    let images = try folder.write(idx([2, 2, 3], Array(0..<12)), to: "images" + ending)
    let labels = try folder.write(idx([2], [3, 1]), to: "labels" + ending)
    let data = try IDXDataset(images: images, labels: labels)
    #expect(data.count == 2 && data.sampleShape == [1, 2, 3] && data.name == images.path)
    #expect(data.labels == ClassLabels(names: ["0", "1", "2", "3"], rows: [3, 1]))
    #expect(data.samples([1]) == (6..<12).map(scaled))
    #expect(try IDXDataset(images: images).labels == nil)
    #expect(try IDXDataset(images: images).fingerprint != data.fingerprint)
  }

  @Test func wrongIDXFilesAreErrors() throws {
    let images = try folder.write(idx([2, 1, 1], [0, 1]), to: "images")
    let labels = try folder.write(idx([3], [0, 1, 2]), to: "labels")
    let count = #expect(throws: DatasetError.self) { try IDXDataset(images: images, labels: labels) }
    #expect(count?.code == .unexpectedShape && count?.message.contains("one label for each of the 2 images") == true)
    let empty = try folder.write(idx([0, 28, 28], []), to: "empty")
    #expect(throws: DatasetError.self) { try IDXDataset(images: empty) }
  }

  @Test func mnistIsFoundByItsName() throws {
    try folder.write(idx([2, 28, 28], [UInt8](repeating: 255, count: 1568)), to: "mnist/train-images-idx3-ubyte.gz")
    try folder.write(idx([2], [9, 0]), to: "mnist/train-labels-idx1-ubyte.gz")
    let data = try DatasetSource.mnist.load(directory: folder.url)
    #expect(data.name == "mnist" && data.sampleShape == [1, 28, 28] && data.samples([0])[0] == 1)
    #expect(data.labels?.rows == [9, 0])
    let missing = #expect(throws: DatasetError.self) {
      try DatasetSource.mnist.load(directory: folder.url.appending(path: "none"))
    }
    #expect(missing?.code == .notFound && missing?.message.contains("download") == true)
  }

  /// A record of CIFAR-100: superclass, class, and planes of one value each.
  private func record(_ label: UInt8, _ planes: [UInt8]) -> [UInt8] {
    [7, label] + planes.flatMap { [UInt8](repeating: $0, count: 1024) }
  }

  @Test func cifar100HasTheFineClasses() throws {
    try folder.write(record(99, [0, 128, 255]) + record(4, [1, 2, 3]), to: "cifar-100-binary/train.bin")
    let data = try DatasetSource.cifar100.load(directory: folder.url)
    #expect(data.count == 2 && data.sampleShape == [3, 32, 32])
    #expect(data.labels?.rows == [99, 4] && data.labels?.names[4] == "4")
    let sample = data.samples([0])
    #expect([sample[0], sample[1024], sample[2048]] == [-1, scaled(128), 1])
    let names = (0..<100).map { "class \($0)" }.joined(separator: "\n")
    try folder.write(Array(names.utf8), to: "cifar-100-binary/fine_label_names.txt")
    #expect(try DatasetSource.cifar100.load(directory: folder.url).labels?.names[4] == "class 4")
  }

  @Test func wrongCIFAR100FilesAreErrors() throws {
    let cases = [
      (record(100, [0, 0, 0]), "expected labels 0 to 99, found 100"), ([1, 2, 3], "records of 3074 bytes"),
    ]
    for (bytes, part) in cases {
      try folder.write(bytes, to: "train.bin")
      let error = #expect(throws: DatasetError.self) { try DatasetSource.cifar100.load(directory: folder.url) }
      #expect(error?.code == .corrupt && error?.message.contains(part) == true)
    }
  }
}
