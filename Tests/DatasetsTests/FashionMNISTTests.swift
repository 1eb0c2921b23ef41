import Datasets
import Foundation
import Testing

@Suite("Fashion-MNIST")
struct FashionMNISTTests {
  static let isInstalled = FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Writes a training set of `count` images; image i's pixel p is i + p modulo 256, its label i modulo 10.
  private func write(
    _ count: Int, labels: Int? = nil, side: Int = 28, suffix: String = ".gz", under subfolder: String = ""
  ) throws {
    let pixels = (0..<count).flatMap { image in
      (0..<side * side).map { UInt8(truncatingIfNeeded: image + $0) }
    }
    try folder.write(idx([count, side, side], pixels), to: subfolder + "train-images-idx3-ubyte" + suffix)
    let classes = (0..<(labels ?? count)).map { UInt8($0 % 10) }
    try folder.write(idx([classes.count], classes), to: subfolder + "train-labels-idx1-ubyte" + suffix)
  }

  private func error(_ split: FashionMNIST.Split = .train) -> DatasetError? {
    #expect(throws: DatasetError.self) { try FashionMNIST(split, directory: folder.url) }
  }

  @Test("Files are found with .gz and without, in the folder and its subfolder", arguments: ["", ".gz"])
  func places(_ suffix: String) throws {
    try write(3, suffix: suffix)
    let direct = try FashionMNIST(directory: folder.url)
    #expect(direct.count == 3)
    #expect(direct.sampleShape == [1, 28, 28])
    #expect(direct.images.count == 3 * 784)
    #expect(direct.images[784 + 5] == 6)
    #expect(direct.labels == ClassLabels(names: FashionMNIST.classNames, rows: [0, 1, 2]))

    try FileManager.default.removeItem(at: folder.url)
    try write(3, suffix: suffix, under: "fashion-mnist/")
    #expect(try FashionMNIST(directory: folder.url).fingerprint == direct.fingerprint)
  }

  @Test("Rows are written in their order, scaled with torchvision's bits")
  func scaling() throws {
    try write(300)
    let dataset = try FashionMNIST(directory: folder.url)
    let facts = try Facts.load()
    let rows = [299, 0, 7, 7]
    let images = dataset.samples(rows)
    #expect(images.count == rows.count * 784)
    let expected = rows.flatMap { row in (0..<784).map { facts.scaledBits[(row + $0) % 256] } }
    #expect(images.map(\.bitPattern) == expected)
    #expect(images.min() == -1)
    #expect(images.max() == 1)
  }

  @Test("The error of a missing file names the file, the package and the option that helps")
  func missing() throws {
    try write(2)
    let error = error(.test)
    #expect(error?.code == .notFound)
    for word in ["t10k-images-idx3-ubyte", folder.url.path, "dataset-fashion-mnist", "ZOO_DATA"] {
      #expect(error?.description.contains(word) == true, "\(word)")
    }
  }

  @Test("A wrong size of images and a wrong number or value of labels are errors that name the file")
  func shapes() throws {
    try write(2, side: 32)
    #expect(error()?.description.contains("expected images of 28 x 28, found 2 x 32 x 32") == true)
    try write(0)
    #expect(error()?.description.contains("found 0 x 28 x 28") == true)
    try write(2, labels: 3)
    let mismatch = error()
    #expect(mismatch?.code == .unexpectedShape)
    #expect(mismatch?.description.contains("train-labels-idx1-ubyte") == true)
    try write(2)
    try folder.write(idx([2], [9, 10]), to: "train-labels-idx1-ubyte.gz")
    let label = error()
    #expect(label?.code == .corrupt)
    #expect(label?.description.contains("found 10 in row 1") == true)
  }

  @Test("One changed pixel or label changes the fingerprint, and the check fails")
  func changed() throws {
    try write(5)
    let original = try FashionMNIST(directory: folder.url)
    try original.check(against: original.fingerprint)
    var pixels = original.images
    pixels[1000] ^= 1
    try folder.write(idx([5, 28, 28], pixels), to: "train-images-idx3-ubyte.gz")
    let other = try FashionMNIST(directory: folder.url)
    let error = #expect(throws: DatasetError.self) { try other.check(against: original.fingerprint) }
    #expect(error?.code == .changed)
    #expect(error?.description.contains(original.fingerprint.description) == true)
    #expect(error?.description.contains(other.fingerprint.description) == true)
    try write(5)
    try folder.write(idx([5], [0, 1, 2, 3, 5]), to: "train-labels-idx1-ubyte.gz")
    #expect(try FashionMNIST(directory: folder.url).fingerprint != original.fingerprint)
  }

  @Test("The installed files agree with NumPy", .enabled(if: isInstalled), arguments: FashionMNIST.Split.allCases)
  func installed(_ split: FashionMNIST.Split) throws {
    let facts = try Facts.load()
    let expected = split == .train ? facts.train : facts.test
    let dataset = try FashionMNIST(split)
    #expect(dataset.count == expected.count)
    #expect(dataset.fingerprint.crc32 == expected.crc32)
    #expect(dataset.fingerprint.shape == [expected.count, 1, 28, 28])
    let sum = dataset.images.reduce(0.0) { $0 + Double($1) }
    let squares = dataset.images.reduce(0.0) { $0 + Double($1) * Double($1) }
    let mean = sum / Double(dataset.images.count)
    #expect(abs(mean / 255 - expected.mean) < 1e-9)
    #expect(abs((squares / Double(dataset.images.count) - mean * mean).squareRoot() / 255 - expected.std) < 1e-9)
    let labelCounts = dataset.classes.reduce(into: [Int](repeating: 0, count: 10)) { $0[Int($1)] += 1 }
    #expect(labelCounts == expected.labelCounts)
  }

  @Test("The folder in ZOO_DATA is searched, after an explicit one")
  func environmentVariable() async throws {
    try write(4)
    await #expect(processExitsWith: .success) { [path = folder.url.path as String] in
      setenv("ZOO_DATA", path, 1)
      let found = try FashionMNIST()
      #expect(found.count == 4)
      let elsewhere = URL(filePath: path).appending(path: "nowhere")
      let error = #expect(throws: DatasetError.self) { try FashionMNIST(directory: elsewhere) }
      #expect(error?.code == .notFound)
    }
  }
}
