import Foundation
import GraphIR
import TensorFiles

/// Samples in a file of NumPy (`.npy`, `.npz`) or safetensors, of any element type, held as float32.
///
/// The first axis counts the samples. With a window, the first axis is time, and a second one counts channels: a sample
/// is `[channels, window]`.
public struct ArrayFile: Dataset {
  /// The path of the file.
  public let name: String
  /// The shape of a sample.
  public let sampleShape: [Int]
  /// The fingerprint of the samples, scaled, and of labels and targets.
  public let fingerprint: DatasetFingerprint
  /// The classes, if the settings name them.
  public let labels: ClassLabels?
  /// The targets of a regression, if the settings name them.
  public let targets: DatasetTargets?
  /// The relation to the file's numbers, if the settings ask for one.
  public let scaling: Scaling?
  /// A remark if numbers are outside of [-1, 1] and not scaled.
  public let remarks: [String]
  /// The number of samples.
  public let count: Int
  private let values: [Float]
  /// The place of each channel's numbers, and their number in a sample, in a series; nil for plain samples.
  private let series: (length: Int, stride: Int)?

  /// Reads a file.
  ///
  /// - Throws: `DatasetError`: `.unreadable` with the reader's reason, `.unexpectedShape` for ranks and lengths that do
  ///   not fit, `.corrupt` for numbers that are not finite.
  public init(_ file: URL, _ settings: ArraySettings = ArraySettings()) throws(DatasetError) {
    let path = file.path
    name = path
    let arrays = try Arrays(file)
    let array = try arrays.array(settings.array, except: [settings.labels, settings.targets])
    var shape = array.shape.dimensions
    guard let rows = shape.first, rows > 0, !shape.contains(0) else {
      throw arrays.error(.unexpectedShape, "the array is \(shape), expected [samples, …] with at least one of each")
    }
    var values = array.floats
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      let count = values.count { !$0.isFinite }
      throw arrays.error(
        .corrupt,
        "\(count) numbers are NaN or infinite, the first in row \(index / (values.count / rows)); replace them"
      )
    }
    if let window = settings.window {
      let channels = shape.dropFirst().reduce(1, *)
      guard shape.count <= 2, window >= 1, window <= rows, settings.stride >= 1 else {
        throw arrays.error(
          .unexpectedShape,
          "the array is \(shape), expected [time] or [time, channels] with at least \(window) steps, the window")
      }
      // From [time, channels] to [channels, time].
      values = (0..<values.count).map { values[$0 % rows * channels + $0 / rows] }
      (shape, series) = ([(rows - window) / settings.stride + 1, channels, window], (rows, settings.stride))
    } else {
      series = nil
    }
    count = shape[0]
    sampleShape = shape.count == 1 ? [1] : Array(shape.dropFirst())
    let extent = series == nil ? sampleShape : [sampleShape[0], rows]
    scaling = try Self.scaling(of: values, shape: extent, settings, arrays)
    scaling?.apply(to: &values, shape: extent)
    let bound = values.reduce(0) { max($0, abs($1)) }
    remarks =
      scaling == nil && bound > 1
      ? ["the numbers reach \(bound); a generator that ends in tanh stays in [-1, 1]: set range or standardise"] : []
    labels = try settings.labels.map { (name) throws(DatasetError) in try arrays.labels(name, count: shape[0]) }
    targets = try settings.targets.map { (name) throws(DatasetError) in try arrays.targets(name, count: shape[0]) }
    self.values = values
    fingerprint = Self.fingerprint(
      shape: [count] + sampleShape, values, labels?.rows.map { Int64($0) } ?? [], targets?.values ?? [])
  }

  private static func fingerprint(
    shape: [Int], _ values: [Float], _ labels: [Int64], _ targets: [Float]
  ) -> DatasetFingerprint {
    values.withUnsafeBytes { values in
      labels.withUnsafeBytes { labels in
        targets.withUnsafeBytes { DatasetFingerprint(shape: shape, parts: [values, labels, $0]) }
      }
    }
  }

  private static func scaling(
    of values: [Float], shape: [Int], _ settings: ArraySettings, _ arrays: Arrays
  ) throws(DatasetError) -> Scaling? {
    if settings.standardise {
      let (size, channels) = (shape.reduce(1, *), shape[0])
      var (sums, squares) = ([Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels))
      let inner = size / channels
      for (index, value) in values.enumerated() { sums[index % size / inner] += Double(value) }
      let each = Double(values.count / channels)
      let means = sums.map { $0 / each }
      for (index, value) in values.enumerated() {
        let channel = index % size / inner
        squares[channel] += (Double(value) - means[channel]) * (Double(value) - means[channel])
      }
      // A constant channel becomes 0.
      let deviations = squares.map { $0 > 0 ? ($0 / each).squareRoot() : 1 }
      return Scaling(factors: deviations, offsets: means)
    }
    switch settings.range {
    case nil: return nil
    case .bounds(let low, let high): return Scaling(low: low, high: high)
    case .data:
      guard let low = values.min(), let high = values.max(), low < high else {
        throw arrays.error(.unexpectedShape, "all numbers are equal, so they have no range; leave range out")
      }
      return Scaling(low: Double(low), high: Double(high))
    }
  }

  /// Writes samples, scaled if the settings ask for it.
  public func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    requireRoom(for: rows, in: buffer)
    let size = sampleSize
    for (slot, row) in rows.enumerated() {
      let place = buffer[slot * size..<(slot + 1) * size]
      guard let series else {
        _ = UnsafeMutableBufferPointer(rebasing: place).update(fromContentsOf: values[row * size..<(row + 1) * size])
        continue
      }
      let window = sampleShape[1]
      for channel in 0..<sampleShape[0] {
        let start = channel * series.length + row * series.stride
        let part = UnsafeMutableBufferPointer(rebasing: place.dropFirst(channel * window).prefix(window))
        _ = part.update(fromContentsOf: values[start..<start + window])
      }
    }
  }
}
