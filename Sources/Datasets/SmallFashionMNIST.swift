import Foundation

/// Fashion-MNIST's training images in 8 x 8 pixels, for small networks that learn in seconds.
///
/// Two of the 28 x 28 pixels are cut off at each edge. Each square of 3 x 3 pixels is replaced by its mean.
public struct SmallFashionMNIST: Dataset {
  /// The height and width of an image.
  public static let side = 8
  private static let (margin, square) = (2, 3)

  /// `fashion-mnist-8x8`.
  public static let name = "fashion-mnist-8x8"
  /// The name that recipes use.
  public var name: String { Self.name }
  /// One channel of 8 rows of 8 pixels.
  public let sampleShape = [1, side, side]
  /// The fingerprint of all pixels.
  public let fingerprint: DatasetFingerprint
  /// The pixels, 0 (black) to 255, shape [count, 8, 8].
  public let images: [UInt8]
  /// The classes by name.
  public let labels: ClassLabels?

  /// Reads the images from Fashion-MNIST's files.
  /// - Parameter directory: as for `FashionMNIST`.
  /// - Throws: as `FashionMNIST` does.
  public init(directory: URL? = nil) throws(DatasetError) {
    let whole = try FashionMNIST(.train, directory: directory)
    let (side, count) = (Self.side, whole.count)
    let pixels = [UInt8](unsafeUninitializedCapacity: count * side * side) { pixels, filled in
      whole.images.withUnsafeBufferPointer { source in
        for pixel in 0..<count * side * side {
          let (image, row, column) = (pixel / (side * side), pixel / side % side, pixel % side)
          var sum = 0
          for i in 0..<Self.square * Self.square {
            let y = Self.margin + Self.square * row + i / Self.square
            let x = Self.margin + Self.square * column + i % Self.square
            sum += Int(source[(image * FashionMNIST.side + y) * FashionMNIST.side + x])
          }
          // Rounds to the nearest. Ninths have no ties.
          pixels[pixel] = UInt8((sum + 4) / 9)
        }
      }
      filled = count * side * side
    }
    images = pixels
    labels = whole.labels
    fingerprint = pixels.withUnsafeBytes { DatasetFingerprint(shape: [count, 1, side, side], parts: [$0]) }
  }

  /// The number of images.
  public var count: Int { images.count / (Self.side * Self.side) }

  /// Writes images scaled in the same way as by `FashionMNIST`.
  public func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    fill(rows, of: images, into: buffer)
  }
}
