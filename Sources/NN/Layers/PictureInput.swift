import Autograd
import GraphIR

/// Pictures of 8 bits per channel in flat samples, scaled and arranged for convolutions.
///
/// A sample has some pictures after each other, such as the latest ones of a camera. Their channels are concatenated.
public struct PictureInput: Layer {
  /// `pictureInput`.
  public static let kind = "pictureInput"
  /// The shape of a picture: channels, height and width, or height, width and channels.
  public let shape: [Int]
  /// Whether the channels are the first axis.
  public let isChannelsFirst: Bool
  /// The number of pictures of a sample.
  public let frames: Int

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - shape: the shape of a picture. The smallest extent is the number of channels if it is the first; otherwise the
  ///     last one is, as in Stable-Baselines3's `is_image_space_channels_first`.
  ///   - frames: the number of pictures of a sample.
  public init(shape: [Int], frames: Int) {
    precondition(shape.count == 3 && frames > 0, "expected three extents, found \(shape) and \(frames) frames")
    self.shape = shape
    self.frames = frames
    isChannelsFirst = shape[0] == shape.min()
  }

  /// The shape of an output sample: channels of all pictures, height and width.
  public var outputShape: [Int] {
    isChannelsFirst ? [frames * shape[0], shape[1], shape[2]] : [frames * shape[2], shape[0], shape[1]]
  }

  /// [batch, frames × elements of a picture], from 0 to 255, to [batch] + ``outputShape``, from 0 to 1.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    let width = frames * shape.reduce(1, *)
    guard x.shape.rank == 2, x.shape[1] == width else {
      throw NNError(.shape, "\(scope.name): the input is \(x.shape), expected [batch, \(width)]")
    }
    let scaled = x / 255
    guard !isChannelsFirst else { return scaled.reshaped([-1] + outputShape) }
    return scaled.reshaped([-1, frames] + shape).transposed(axes: [0, 1, 4, 2, 3]).reshaped([-1] + outputShape)
  }
}
