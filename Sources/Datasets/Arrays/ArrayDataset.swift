/// Samples in memory as float32.
public struct ArrayDataset: Dataset {
  /// The name that errors show.
  public let name: String
  /// The shape of a sample; of an image: channels, height and width.
  public let sampleShape: [Int]
  /// The fingerprint of the bits of all values.
  public let fingerprint: DatasetFingerprint
  private let values: [Float]

  /// Creates a data set from values. Those of images are in [-1, 1] already.
  /// - Parameters:
  ///   - name: the name that errors show.
  ///   - sampleShape: the shape of a sample, each extent at least 1.
  ///   - values: the samples one after the other, a multiple of the shape's product.
  public init(name: String = "array", sampleShape: [Int], values: [Float]) {
    let sampleSize = sampleShape.reduce(1, *)
    precondition(sampleSize > 0, "expected a shape without 0, found \(sampleShape)")
    precondition(
      values.count.isMultiple(of: sampleSize),
      "expected a multiple of \(sampleSize) values, for samples of shape \(sampleShape), found \(values.count)")
    self.name = name
    self.sampleShape = sampleShape
    self.values = values
    fingerprint = DatasetFingerprint(shape: [values.count / sampleSize] + sampleShape, of: values)
  }

  /// The number of samples.
  public var count: Int { values.count / sampleSize }

  /// Writes samples as they are; see `Dataset`.
  public func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    requireRoom(for: rows, in: buffer)
    let size = sampleSize
    for (slot, row) in rows.enumerated() {
      _ = buffer[slot * size..<(slot + 1) * size].update(fromContentsOf: values[row * size..<(row + 1) * size])
    }
  }
}
