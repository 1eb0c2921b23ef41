/// Images of one shape, addressed by row.
public protocol ImageDataset: Sendable {
  /// The data set's name in recipes.
  var name: String { get }
  /// The number of images.
  var count: Int { get }
  /// Channels, height and width of an image.
  var imageShape: [Int] { get }
  /// A fingerprint that distinguishes this content from any other.
  var fingerprint: DatasetFingerprint { get }

  /// Writes images as float32 in [-1, 1], concatenated in the order of `rows`.
  /// - Parameters:
  ///   - rows: the rows to write, each in `0..<count`; repetitions are allowed.
  ///   - buffer: room for exactly `rows.count * imageSize` values.
  func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>)
}

extension ImageDataset {
  /// The number of values in an image.
  public var imageSize: Int { imageShape.reduce(1, *) }

  /// The images of some rows as float32 in [-1, 1], shape [rows.count, channels, height, width].
  public func images(_ rows: some Collection<Int>) -> [Float] {
    let size = rows.count * imageSize
    return [Float](unsafeUninitializedCapacity: size) { buffer, filled in
      fill(rows, into: UnsafeMutableBufferPointer(rebasing: buffer[..<size]))
      filled = size
    }
  }

  /// Checks that the data are those with which a run was started.
  /// - Throws: `DatasetError` with code `.changed`, which names both fingerprints.
  public func check(against expected: DatasetFingerprint) throws(DatasetError) {
    guard fingerprint == expected else {
      throw DatasetError(
        code: .changed,
        message: "the data set \(name) has changed: the run was started with \(expected), found \(fingerprint);"
          + " give the folder of the original data with --data DIR")
    }
  }

  /// Checks that `buffer` has room for exactly `rows` images.
  func requireRoom(for rows: some Collection<Int>, in buffer: UnsafeMutableBufferPointer<Float>) {
    precondition(
      buffer.count == rows.count * imageSize,
      "\(name): \(rows.count) images of \(imageSize) values don't fit a buffer of \(buffer.count) values")
  }

  /// Writes images of bytes that are concatenated in `pixels`, scaled as (x / 255 - 0.5) / 0.5 in float32. The bits are
  /// those of torchvision's `ToTensor` and `Normalize([0.5], [0.5])`.
  func fill(_ rows: some Collection<Int>, of pixels: [UInt8], into buffer: UnsafeMutableBufferPointer<Float>) {
    requireRoom(for: rows, in: buffer)
    let size = imageSize
    pixels.withUnsafeBufferPointer { pixels in
      scaledBytes.withUnsafeBufferPointer { scaled in
        for (slot, row) in rows.enumerated() {
          precondition(row >= 0 && row < count, "\(name) has no row \(row), its rows are 0..<\(count)")
          for pixel in 0..<size {
            buffer[slot * size + pixel] = scaled[Int(pixels[row * size + pixel])]
          }
        }
      }
    }
  }
}

/// The float32 value of each byte.
private let scaledBytes: [Float] = (0...255).map { (Float($0) / 255 - 0.5) / 0.5 }
