import Foundation

/// CIFAR-100: 32 x 32 colour photographs of a hundred classes, 50,000 for training and 10,000 for testing.
///
/// Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009. The files are those of the binary
/// version, `cifar-100-binary.tar.gz` of https://www.cs.toronto.edu/~kriz/cifar.html: records of one byte for the
/// superclass, one for the class, and 1,024 each for red, green and blue, row by row.
public struct CIFAR100: Dataset {
  private static let classCount = 100

  /// `cifar-100`.
  public static let name = "cifar-100"
  /// The name that recipes use.
  public var name: String { Self.name }
  /// Red, green and blue, 32 rows of 32 pixels each.
  public let sampleShape = [3, CIFARFile.side, CIFARFile.side]
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
    let content = try CIFARFile(file, labelCount: 2, classCount: Self.classCount)
    (images, labels) = (content.images, Self.labels(content.classes, beside: file))
    let shape = [content.classes.count] + sampleShape
    fingerprint = content.images.withUnsafeBytes { pixels in
      content.classes.withUnsafeBytes { DatasetFingerprint(shape: shape, parts: [pixels, $0]) }
    }
  }

  /// The classes, by the names in a file beside `file` or else by their numbers.
  private static func labels(_ classes: [UInt8], beside file: URL) -> ClassLabels {
    let list = file.deletingLastPathComponent().appending(path: "fine_label_names.txt")
    let names = (try? String(contentsOf: list, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
    return ClassLabels(
      names: names.count == classCount ? names : (0..<classCount).map(String.init), rows: classes.map(Int.init))
  }

  /// The number of images.
  public var count: Int { images.count / sampleSize }

  /// Writes images scaled to [-1, 1]; see `Dataset`.
  public func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    fill(rows, of: images, into: buffer)
  }
}
