import Foundation

/// Grayscale images in an IDX file, the format of MNIST, with labels in a second one.
public struct IDXDataset: Dataset {
  /// The name that recipes use, or the path of the file.
  public let name: String
  /// The number of images.
  public let count: Int
  /// One channel, height and width.
  public let sampleShape: [Int]
  /// The fingerprint of all pixels, followed by all labels.
  public let fingerprint: DatasetFingerprint
  /// The classes by their numbers, if there is a file of labels.
  public let labels: ClassLabels?
  private let pixels: [UInt8]

  /// Reads IDX files, gzipped or plain.
  ///
  /// - Parameters:
  ///   - images: the file of images, three dimensions.
  ///   - labels: the file of labels, one dimension; nil for none.
  ///   - name: the name that errors show; by default the file's path.
  /// - Throws: `DatasetError` that names the file, expected and found.
  public init(images: URL, labels: URL? = nil, name: String? = nil) throws(DatasetError) {
    self.name = name ?? images.path
    let file = try IDXFile(contentsOf: images, rank: 3)
    guard !file.dimensions.contains(0) else {
      throw DatasetError(
        code: .unexpectedShape,
        message: "\(images.path): expected images, found \(IDXFile.describe(file.dimensions)) pixels")
    }
    count = file.dimensions[0]
    sampleShape = [1] + file.dimensions.dropFirst()
    pixels = file.bytes
    let classes = try labels.map { (url) throws(DatasetError) in try IDXFile(contentsOf: url, rank: 1).bytes }
    guard classes == nil || classes?.count == count else {
      throw DatasetError(
        code: .unexpectedShape,
        message: "\(labels?.path ?? ""): expected one label for each of the \(count) images in "
          + "\(images.lastPathComponent), found \(classes?.count ?? 0)")
    }
    self.labels = classes.map { classes in
      ClassLabels(names: (0...Int(classes.max() ?? 0)).map(String.init), rows: classes.map(Int.init))
    }
    let shape = [count] + sampleShape
    fingerprint = pixels.withUnsafeBytes { pixels in
      (classes ?? []).withUnsafeBytes { DatasetFingerprint(shape: shape, parts: [pixels, $0]) }
    }
  }

  /// MNIST's 60,000 training images of digits, 1 × 28 × 28.
  ///
  /// - Parameter directory: the only folder to read from; nil for the usual ones.
  /// - Throws: `DatasetError`; `.notFound` says how to get the files.
  public static func mnist(directory: URL? = nil) throws(DatasetError) -> IDXDataset {
    let folder = DatasetFolder(
      name: "mnist", directory: directory,
      advice: "download train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz of MNIST")
    return try IDXDataset(
      images: folder.find("train-images-idx3-ubyte"), labels: folder.find("train-labels-idx1-ubyte"), name: "mnist")
  }

  /// Writes images scaled to [-1, 1]; see `Dataset`.
  public func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    fill(rows, of: pixels, into: buffer)
  }
}
