import Datasets
import Foundation
import Pictures

/// Facts about a data set: its size, its numbers and its classes.
public struct DatasetSummary: Sendable, Codable, Equatable {
  /// A class and the number of its samples.
  public struct Label: Sendable, Codable, Equatable {
    /// The name of the class.
    public let name: String
    /// The number of its samples.
    public let count: Int
  }

  /// The name, or the path.
  public let name: String
  /// The number of samples.
  public let count: Int
  /// The shape of a sample; of pictures channels, height and width.
  public let shape: [Int]
  /// The least and the greatest number, scaled as for training.
  public let range: [Float]
  /// The mean of all numbers, scaled as for training.
  public let mean: Double
  /// The standard deviation of all numbers, scaled as for training.
  public let deviation: Double
  /// The classes; empty without labels.
  public let labels: [Label]
  /// The samples for validation.
  public let validationCount: Int
  /// The fingerprint by which a run recognises the data.
  public let fingerprint: String
  /// Remarks about the data, a sentence each.
  public let remarks: [String]

  /// Reads all samples.
  ///
  /// - Parameters:
  ///   - data: the data set.
  ///   - settings: the share for validation.
  public init(_ data: any Dataset, _ settings: DatasetSettings) {
    name = data.name
    count = data.count
    shape = data.sampleShape
    fingerprint = data.fingerprint.description
    validationCount = DatasetPart.split(data, validation: settings.validation).validation?.count ?? 0
    var counts = [Int](repeating: 0, count: data.labels?.names.count ?? 0)
    for row in data.labels?.rows ?? [] { counts[row] += 1 }
    labels = zip(data.labels?.names ?? [], counts).map { Label(name: $0, count: $1) }
    let lonely = labels.filter { $0.count == 1 }.map { "'\($0.name)'" }
    remarks =
      data.remarks
      + (lonely.isEmpty ? [] : ["the classes with one sample only: \(lonely.prefix(20).joined(separator: ", "))"])

    var (low, high) = (Float.infinity, -Float.infinity)
    // Welford's method, by batches: sums of squares would lose digits.
    var (total, mean, squares) = (0.0, 0.0, 0.0)
    for start in stride(from: 0, to: data.count, by: 64) {
      for value in data.samples(start..<min(start + 64, data.count)) {
        (low, high) = (min(low, value), max(high, value))
        total += 1
        let difference = Double(value) - mean
        mean += difference / total
        squares += difference * (Double(value) - mean)
      }
    }
    range = [low, high]
    self.mean = mean
    deviation = (squares / max(total, 1)).squareRoot()
  }
}

extension Dataset {
  /// A grid of samples, the first ones of a fixed random order.
  ///
  /// - Parameter count: the number of samples, at most those that there are.
  /// - Throws: `PictureError` if the samples are not pictures.
  public func contactSheet(count: Int) throws -> Picture {
    let rows = Shuffle.permutation(count: self.count, key: 0, epoch: 0).prefix(count)
    return try Picture(images: samples(rows), shape: [rows.count] + sampleShape)
  }
}
