/// Images held in memory as float32, for tests and small experiments.
public struct ArrayDataset: ImageDataset {
  /// The name in error messages.
  public let name: String
  /// Channels, height and width of an image.
  public let imageShape: [Int]
  /// A fingerprint of the bits of all values.
  public let fingerprint: DatasetFingerprint
  private let values: [Float]

  /// Creates a data set from values that are in [-1, 1] already.
  /// - Parameters:
  ///   - name: the name in error messages.
  ///   - imageShape: channels, height and width, each at least 1.
  ///   - values: the images, concatenated, a multiple of the shape's product.
  public init(name: String = "array", imageShape: [Int], values: [Float]) {
    let imageSize = imageShape.reduce(1, *)
    precondition(imageSize > 0, "an image of shape \(imageShape) holds no values")
    precondition(
      values.count.isMultiple(of: imageSize), "\(values.count) values are no whole number of \(imageShape) images")
    self.name = name
    self.imageShape = imageShape
    self.values = values
    fingerprint = values.withUnsafeBytes {
      DatasetFingerprint(shape: [values.count / imageSize] + imageShape, parts: [$0])
    }
  }

  /// The number of images.
  public var count: Int { values.count / imageSize }

  /// Writes images unchanged; see `ImageDataset`.
  public func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    requireRoom(for: rows, in: buffer)
    let size = imageSize
    for (slot, row) in rows.enumerated() {
      _ = buffer[slot * size..<(slot + 1) * size].update(fromContentsOf: values[row * size..<(row + 1) * size])
    }
  }
}
