/// Samples of one shape, such as images, addressed by row.
///
/// ```swift
/// struct Moons: Dataset {
///   let (name, count, sampleShape) = ("moons", 1000, [2])
///   var fingerprint: DatasetFingerprint { DatasetFingerprint(shape: [count] + sampleShape, of: values) }
///   func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) { … }
/// }
/// ```
public protocol Dataset: Sendable {
  /// The name by which recipes call the data set.
  var name: String { get }
  /// The number of samples.
  var count: Int { get }
  /// The shape of a sample: channels, height and width of an image.
  var sampleShape: [Int] { get }
  /// The identity of the content.
  var fingerprint: DatasetFingerprint { get }
  /// The class of each sample. By default there are none.
  var labels: ClassLabels? { get }
  /// The numbers that a regression predicts. By default there are none.
  var targets: DatasetTargets? { get }
  /// The original scale of the data. By default it is that of the samples.
  var scaling: Scaling? { get }
  /// Remarks about the data that can be mistakes, a sentence each. By default none.
  var remarks: [String] { get }

  /// Writes samples as float32, images in [-1, 1], one after the other in the order of `rows`.
  /// - Parameters:
  ///   - rows: the rows to write, each in `0..<count`, repetitions allowed.
  ///   - buffer: room for exactly `rows.count * sampleSize` values.
  func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>)
}

extension Dataset {
  /// None.
  public var labels: ClassLabels? { nil }
  /// None.
  public var targets: DatasetTargets? { nil }
  /// None.
  public var scaling: Scaling? { nil }
  /// None.
  public var remarks: [String] { [] }

  /// The number of values in a sample.
  public var sampleSize: Int { sampleShape.reduce(1, *) }

  /// The samples of some rows as float32, shape [rows.count] + ``sampleShape``.
  public func samples(_ rows: some Collection<Int>) -> [Float] {
    let size = rows.count * sampleSize
    return [Float](unsafeUninitializedCapacity: size) { buffer, filled in
      fill(rows, into: UnsafeMutableBufferPointer(rebasing: buffer[..<size]))
      filled = size
    }
  }

  /// Checks that the data are those that a run was started with.
  /// - Throws: `DatasetError` with code `.changed`, which names both fingerprints.
  public func check(against expected: DatasetFingerprint) throws(DatasetError) {
    guard fingerprint == expected else {
      throw DatasetError(
        code: .changed,
        message: "the data set \(name) has changed: the run was started with \(expected), found \(fingerprint);"
          + " name the folder of the original data")
    }
  }

  /// Checks that `buffer` has room for exactly `rows` images.
  package func requireRoom(for rows: some Collection<Int>, in buffer: UnsafeMutableBufferPointer<Float>) {
    precondition(
      buffer.count == rows.count * sampleSize,
      "\(name): expected a buffer for \(rows.count) samples of \(sampleSize) values, found \(buffer.count) values")
  }

  /// A byte in [-1, 1]: (x / 255 - 0.5) / 0.5 in float32, the bits of torchvision's `ToTensor` and
  /// `Normalize([0.5], [0.5])`.
  static func scaled(_ byte: UInt8) -> Float { (Float(byte) / 255 - 0.5) / 0.5 }

  /// Writes images of bytes that lie one after the other in `pixels`, scaled to [-1, 1].
  func fill(_ rows: some Collection<Int>, of pixels: [UInt8], into buffer: UnsafeMutableBufferPointer<Float>) {
    requireRoom(for: rows, in: buffer)
    let (size, count) = (sampleSize, count)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: buffer.count) { bytes in
      pixels.withUnsafeBufferPointer { pixels in
        // Copies are short: the processor waits for several rows at once, which lie far apart in memory.
        for (slot, row) in Array(rows).enumerated() {
          precondition(row >= 0 && row < count, "\(name): expected a row in 0..<\(count), found \(row)")
          let source = UnsafeBufferPointer(rebasing: pixels[row * size..<(row + 1) * size])
          _ = UnsafeMutableBufferPointer(rebasing: bytes[slot * size..<(slot + 1) * size]).initialize(from: source)
        }
      }
      for index in buffer.indices { buffer[index] = Self.scaled(bytes[index]) }
    }
  }
}
