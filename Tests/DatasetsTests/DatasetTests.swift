import Datasets
import Foundation
import Testing

@Suite("Data sets by name and in memory")
struct DatasetTests {
  @Test("A data set loaded by name has that name and its training images")
  func load() throws {
    let folder = try TemporaryFolder()
    try folder.write(idx([2, 28, 28], [UInt8](repeating: 255, count: 2 * 784)), to: "train-images-idx3-ubyte")
    try folder.write(idx([2], [0, 1]), to: "train-labels-idx1-ubyte")
    let dataset = try DatasetSource.fashionMNIST.load(directory: folder.url)
    #expect(dataset.name == "fashion-mnist")
    #expect(dataset.samples([1]) == [Float](repeating: 1, count: 784))
  }

  @Test("Small images are means of squares, without the edge")
  func small() throws {
    let folder = try TemporaryFolder()
    // A pixel is 10 times its square's row, one more for each square to the right, and 9 more in the middle of a
    // square.
    let pixels = (0..<784).map { i -> UInt8 in
      let (y, x) = (i / 28 - 2, i % 28 - 2)
      guard (0..<24).contains(y), (0..<24).contains(x) else { return 255 }
      return UInt8(10 * (y / 3) + x / 3 + (y % 3 == 1 && x % 3 == 1 ? 9 : 0))
    }
    try folder.write(idx([1, 28, 28], pixels), to: "train-images-idx3-ubyte")
    try folder.write(idx([1], [0]), to: "train-labels-idx1-ubyte")
    let dataset = try SmallFashionMNIST(directory: folder.url)
    #expect(dataset.sampleShape == [1, 8, 8])
    #expect(dataset.count == 1)
    var means: [UInt8] = []
    for row in 0..<8 as Range<UInt8> { for column in 0..<8 as Range<UInt8> { means.append(10 * row + column + 1) } }
    #expect(dataset.images == means)
  }

  @Test("An array's rows have the requested order")
  func array() {
    let dataset = ArrayDataset(sampleShape: [1, 1, 2], values: [0, 0.5, 1, -1, -0.5, 0.25])
    #expect(dataset.count == 3)
    #expect(dataset.samples([2, 0, 2]) == [-0.5, 0.25, 0, 0.5, -0.5, 0.25])
    // zlib.crc32 of NumPy's float32 bytes of the six values.
    #expect(dataset.fingerprint.crc32 == 0xe66699e2)
    #expect(dataset.fingerprint.description == "3 x 1 x 1 x 2, CRC-32 e66699e2")
  }

  @Test("A fingerprint survives being saved")
  func fingerprint() throws {
    let fingerprint = ArrayDataset(sampleShape: [1], values: [1, 2, 3]).fingerprint
    let saved = try JSONEncoder().encode(fingerprint)
    #expect(try JSONDecoder().decode(DatasetFingerprint.self, from: saved) == fingerprint)
  }

  @Test("A missing row is a programmer's error")
  func outside() async {
    await #expect(processExitsWith: .failure) {
      _ = ArrayDataset(sampleShape: [1], values: [1, 2, 3]).samples([3])
    }
  }

  @Test("A description ends with the cause")
  func cause() {
    let cause = DatasetError(code: .unreadable, message: "inner")
    #expect(DatasetError(code: .corrupt, message: "outer", cause: cause).description == "outer (inner)")
  }
}
