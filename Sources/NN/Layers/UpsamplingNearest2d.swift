import Autograd
import GraphIR

/// Repeats every pixel `scale` times along both axes.
public struct UpsamplingNearest2d: Layer {
  /// `upsamplingnearest2d`.
  public static let kind = "upsamplingnearest2d"
  /// The number of repetitions.
  public let scale: Int

  /// Creates a layer whose images are `scale` times as high and as wide.
  public init(_ scale: Int) { self.scale = scale }

  /// [batch, channels, height, width] to [batch, channels, scale · height, scale · width].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    guard x.shape.rank == 4 else {
      throw NNError(.shape, "\(scope.name): the input is \(x.shape), expected [batch, channels, height, width]")
    }
    guard scale > 0, scale <= 1 << 16 else {
      throw NNError(.setting, "\(scope.name): scale \(scale), expected 1 to 65536")
    }
    // Not Resize as in Upsample: it has no kernel of its own, but a reshape and a broadcast have.
    let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
    return x.reshaped([0, channels, height, 1, width, 1]).broadcast(to: [1, 1, 1, scale, 1, scale])
      .reshaped([0, channels, scale * height, scale * width])
  }
}
