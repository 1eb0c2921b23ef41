import Datasets
import GenerativeMetrics
import Pictures

extension GeneratorComparison {
  /// The samples of the training part that are read at a time.
  private static let block = 1000

  /// A picture of generated samples, and below each its nearest sample for training: by pixels, and with features, by
  /// features, too. A generator that repeats the data is recognised.
  ///
  /// - Parameter count: the number of generated samples, at least 1; by default 16.
  /// - Throws: ``ModelZooError`` if the samples are no pictures; `PictureError` for channels other than 1 or 3.
  public func neighbours(_ count: Int = 16) throws -> Picture {
    let shape = training.sampleShape
    guard shape.count == 3 else {
      throw ModelZooError(
        .invalidArgument,
        "a sample of '\(training.name)' is \(shape), expected a picture [channels, height, width]; leave out the "
          + "picture of neighbours")
    }
    let shown = samples.rows(0..<min(count, samples.count))
    var byPixels = NearestNeighbours(of: shown)
    var byFeatures = try network.map { NearestNeighbours(of: try features(of: shown, in: $0)) }
    for start in stride(from: 0, to: training.count, by: Self.block) {
      let rows = start..<min(start + Self.block, training.count)
      let block = SampleMatrix(training.samples(rows), width: training.sampleSize)
      byPixels.add(block, first: start)
      if let network { byFeatures?.add(try features(of: block, in: network), first: start) }
    }
    let found = [byPixels, byFeatures].compactMap { $0 }.map { $0.nearest.compactMap { $0 } }
    let values = shown.values + found.flatMap { training.samples($0) }
    return try Picture(
      images: values, shape: [shown.count * (1 + found.count)] + shape, columns: shown.count)
  }
}
