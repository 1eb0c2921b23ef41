import Datasets
import GraphIR
import Pictures

/// Samples of a generator.
public struct GeneratedSamples: Sendable {
  /// The samples in the scale of training, [n, …].
  public let values: TensorValue
  /// The class of each sample; nil for a generator without labels.
  public let classes: [Int]?
  /// The samples of each class; nil unless each class has a row of the picture.
  let columns: Int?
  /// The data's original scale; nil if it is that of training.
  let scaling: Scaling?
  /// Channels, height and width, if a sample is a picture; nil for others.
  let imageShape: [Int]?
  /// The run or the trained model, as messages name it.
  let origin: String

  /// The samples in the data's original scale, [n, …].
  public var originalValues: TensorValue {
    guard let scaling else { return values }
    var numbers: [Float] = values.elements()
    scaling.undo(on: &numbers, shape: Array(values.shape.dropFirst()))
    return TensorValue(numbers, shape: values.shape)
  }

  /// The samples as images side by side.
  ///
  /// - Throws: ``ModelZooError`` if the samples are not images, `PictureError` for channels other than 1 or 3.
  public func picture() throws -> Picture {
    guard let imageShape else {
      throw ModelZooError(
        .invalidArgument,
        "the generator of \(origin) generates samples of shape \(Shape(values.shape.dropFirst())), which are not "
          + "images; write them to an NPY or NPZ file")
    }
    return try Picture(images: values.elements(), shape: [values.shape[0]] + imageShape, columns: columns)
  }

  /// Channels, height and width: the sample's own if it has them, otherwise those of the data set; nil if it has
  /// none either.
  static func imageShape(_ sample: [Int], _ fingerprint: DatasetFingerprint?) -> [Int]? {
    if sample.count == 2 || sample.count == 3 { return sample }
    let shape = Array(fingerprint?.shape.dropFirst() ?? [])
    return shape.count >= 2 && shape.reduce(1, *) == sample.reduce(1, *) ? shape : nil
  }
}
