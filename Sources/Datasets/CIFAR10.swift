import Foundation

/// CIFAR-10: 32 x 32 colour photographs of ten classes, 50,000 for training and 10,000 for testing.
///
/// Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009. The files are those of the binary
/// version, `cifar-10-binary.tar.gz` of https://www.cs.toronto.edu/~kriz/cifar.html: records of one byte for the class
/// and 1,024 each for red, green and blue, row by row.
public struct CIFAR10: Dataset {
  /// The two parts of the data set.
  public enum Split: String, CaseIterable, Sendable {
    /// 50,000 images in five files.
    case train
    /// 10,000 images in one file.
    case test

    fileprivate var files: [String] {
      self == .train ? (1...5).map { "data_batch_\($0).bin" } : ["test_batch.bin"]
    }
  }

  /// The height and width of an image.
  public static let side = CIFARFile.side
  /// The classes, in the order of their labels.
  public static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  /// `cifar-10`.
  public static let name = "cifar-10"
  /// The name that recipes use.
  public var name: String { Self.name }
  /// Red, green and blue, 32 rows of 32 pixels each.
  public let sampleShape = [3, side, side]
  /// The fingerprint of all pixels, followed by all labels.
  public let fingerprint: DatasetFingerprint
  /// The pixels, 0 to 255, shape [count, 3, 32, 32].
  public let images: [UInt8]
  /// The class of each image, 0 to 9, shape [count].
  public let classes: [UInt8]

  /// Reads one part of the data set from its binary files, gzipped or plain.
  /// - Parameters:
  ///   - split: the part to read.
  ///   - directory: the folder to read from, and no other. Without it, the folder in the environment variable
  ///     `ZOO_DATA` and then `/usr/share/datasets` are searched. The files lie in the folder itself or in its
  ///     subfolder `cifar-10` or `cifar-10-batches-bin`.
  /// - Throws: `DatasetError`: `.notFound` lists the folders searched and how to get the files; `.unreadable` and
  ///   `.corrupt` name the file, expected and found.
  public init(_ split: Split = .train, directory: URL? = nil) throws(DatasetError) {
    let folder = DatasetFolder(
      name: Self.name, archive: "cifar-10-batches-bin", directory: directory,
      advice: "unpack cifar-10-binary.tar.gz of https://www.cs.toronto.edu/~kriz/cifar.html")
    var (images, labels): ([UInt8], [UInt8]) = ([], [])
    for name in split.files {
      let file = try CIFARFile(folder.find(name), labelCount: 1, classCount: Self.classNames.count)
      images += file.images
      labels += file.classes
    }
    (self.images, classes) = (images, labels)
    fingerprint = images.withUnsafeBytes { pixels in
      labels.withUnsafeBytes { classes in
        DatasetFingerprint(shape: [classes.count, 3, Self.side, Self.side], parts: [pixels, classes])
      }
    }
  }

  /// The number of images.
  public var count: Int { classes.count }
  /// The classes by name.
  public var labels: ClassLabels? { ClassLabels(names: Self.classNames, rows: classes.map(Int.init)) }

  /// Writes images scaled to [-1, 1]; see `Dataset`.
  public func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    fill(rows, of: images, into: buffer)
  }
}
