import Foundation

/// CIFAR-100: 32 x 32 colour photographs of a hundred classes, 50,000 for training and 10,000 for testing.
///
/// Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009. The files are those of the binary
/// version, `cifar-100-binary.tar.gz` of https://www.cs.toronto.edu/~kriz/cifar.html: records of one byte for the
/// superclass, one for the class, and 1,024 each for red, green and blue, row by row.
public struct CIFAR100: Dataset {
  private static let side = CIFAR10.side
  private static let classCount = 100
  /// The largest size in bytes that is read, 1,000,000 images.
  private static let fileLimit = 1_000_000 * (2 + 3 * side * side)

  /// `cifar-100`.
  public static let name = "cifar-100"
  /// The name that recipes use.
  public var name: String { Self.name }
  /// Red, green and blue, 32 rows of 32 pixels each.
  public let sampleShape = [3, side, side]
  /// The fingerprint of all pixels, followed by all labels.
  public let fingerprint: DatasetFingerprint
  /// The classes, with the names in `fine_label_names.txt` if it is there.
  public let labels: ClassLabels?
  private let images: [UInt8]

  /// Reads the training part from its binary file, gzipped or plain.
  ///
  /// - Parameter directory: the only folder to read from; nil for the usual ones.
  /// - Throws: `DatasetError` that names the file, expected and found.
  public init(directory: URL? = nil) throws(DatasetError) {
    let folder = DatasetFolder(
      name: Self.name, archive: "cifar-100-binary", directory: directory,
      advice: "unpack cifar-100-binary.tar.gz of https://www.cs.toronto.edu/~kriz/cifar.html")
    let file = try folder.find("train.bin")
    let reader = try GzipReader(file)
    let bytes = try reader.readToEnd(atMost: Self.fileLimit)
    let pixelCount = sampleShape.reduce(1, *)
    let size = 2 + pixelCount
    guard !bytes.isEmpty, bytes.count.isMultiple(of: size) else {
      throw reader.corrupt("expected records of \(size) bytes, found \(bytes.count) bytes")
    }
    var (images, classes): ([UInt8], [UInt8]) = ([], [])
    images.reserveCapacity(bytes.count)
    for (row, start) in stride(from: 0, to: bytes.count, by: size).enumerated() {
      guard bytes[start + 1] < Self.classCount else {
        throw reader.corrupt("expected labels 0 to 99, found \(bytes[start + 1]) in record \(row)")
      }
      classes.append(bytes[start + 1])
      images += bytes[(start + 2)..<(start + size)]
    }
    let shape = [classes.count] + sampleShape
    fingerprint = images.withUnsafeBytes { pixels in
      classes.withUnsafeBytes { DatasetFingerprint(shape: shape, parts: [pixels, $0]) }
    }
    let list = file.deletingLastPathComponent().appending(path: "fine_label_names.txt")
    let text = try? String(contentsOf: list, encoding: .utf8)
    let names = text?.split(separator: "\n").map(String.init) ?? []
    labels = ClassLabels(
      names: names.count == Self.classCount ? names : (0..<Self.classCount).map(String.init),
      rows: classes.map(Int.init))
    self.images = images
  }

  /// The number of images.
  public var count: Int { images.count / sampleSize }

  /// Writes images scaled to [-1, 1]; see `Dataset`.
  public func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    fill(rows, of: images, into: buffer)
  }
}
