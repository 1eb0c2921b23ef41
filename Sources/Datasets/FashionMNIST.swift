import Foundation

/// Fashion-MNIST: 28 x 28 grayscale pictures of clothes in ten classes, 60,000 for training and 10,000 for testing.
///
/// Source: Xiao, Rasul and Vollgraf, arXiv:1708.07747. The files come with Debian's package `dataset-fashion-mnist`.
public struct FashionMNIST: Dataset {
  /// The two parts of the data set.
  public enum Split: String, CaseIterable, Sendable {
    /// 60,000 images.
    case train
    /// 10,000 images.
    case test
  }

  /// The height and width of an image.
  public static let side = 28
  /// The classes, in the order of their labels.
  public static let classNames = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
  ]

  /// `fashion-mnist`.
  public static let name = "fashion-mnist"
  /// The name that recipes use.
  public var name: String { Self.name }
  /// One channel of 28 rows of 28 pixels.
  public let sampleShape = [1, side, side]
  /// The fingerprint of all pixels, followed by all labels.
  public let fingerprint: DatasetFingerprint
  /// The pixels, 0 (black) to 255, shape [count, 28, 28].
  public let images: [UInt8]
  /// The class of each image, 0 to 9, shape [count].
  public let classes: [UInt8]

  /// Reads one part of the data set from its IDX files, gzipped or plain.
  /// - Parameters:
  ///   - split: the part to read.
  ///   - directory: the folder to read from, and no other. Without it, the folder in the environment variable
  ///     `ZOO_DATA` and then `/usr/share/datasets` are searched. The files lie in the folder itself or in its
  ///     subfolder `fashion-mnist`.
  /// - Throws: `DatasetError`: `.notFound` lists the folders searched and how to get the files; `.unreadable`,
  ///   `.corrupt` and `.unexpectedShape` name the file, expected and found.
  public init(_ split: Split = .train, directory: URL? = nil) throws(DatasetError) {
    let folder = DatasetFolder(
      name: Self.name, directory: directory, advice: "install Debian's package dataset-fashion-mnist")
    let prefix = split == .train ? "train" : "t10k"
    let imageFile = try folder.find("\(prefix)-images-idx3-ubyte")
    let labelFile = try folder.find("\(prefix)-labels-idx1-ubyte")
    let pixels = try IDXFile(contentsOf: imageFile, rank: 3)
    guard pixels.dimensions[0] > 0, Array(pixels.dimensions[1...]) == [Self.side, Self.side] else {
      throw DatasetError(
        code: .unexpectedShape,
        message: "\(imageFile.path): expected images of 28 x 28, found \(IDXFile.describe(pixels.dimensions))")
    }
    let classes = try IDXFile(contentsOf: labelFile, rank: 1)
    guard classes.dimensions == [pixels.dimensions[0]] else {
      throw DatasetError(
        code: .unexpectedShape,
        message: "\(labelFile.path): expected one label for each of the \(pixels.dimensions[0]) images in"
          + " \(imageFile.lastPathComponent), found \(classes.bytes.count)")
    }
    if let row = classes.bytes.firstIndex(where: { $0 >= Self.classNames.count }) {
      throw DatasetError(
        code: .corrupt,
        message: "\(labelFile.path): expected labels 0 to 9, found \(classes.bytes[row]) in row \(row);"
          + " install or copy the file again")
    }
    images = pixels.bytes
    self.classes = classes.bytes
    fingerprint = images.withUnsafeBytes { images in
      classes.bytes.withUnsafeBytes { labels in
        DatasetFingerprint(shape: [classes.bytes.count, 1, Self.side, Self.side], parts: [images, labels])
      }
    }
  }

  /// The number of images.
  public var count: Int { classes.count }
  /// The classes by name.
  public var labels: ClassLabels? { ClassLabels(names: Self.classNames, rows: classes.map(Int.init)) }

  /// Writes images scaled as (x / 255 - 0.5) / 0.5 in float32, the bits of torchvision's `ToTensor` and
  /// `Normalize([0.5], [0.5])`.
  public func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    fill(rows, of: images, into: buffer)
  }
}
