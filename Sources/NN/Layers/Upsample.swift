import Autograd
import GraphIR

/// Images scaled up by an integer factor, as by `torch.nn.Upsample`.
public struct Upsample: Layer {
  /// The interpolation.
  public enum Mode: String, Sendable, CaseIterable {
    case nearest
    case bilinear
  }

  /// `upsample`.
  public static let kind = "upsample"
  /// The factor of height and width.
  public let scale: Int
  /// The interpolation.
  public let mode: Mode

  /// Creates a layer that scales images up by `scale`.
  public init(_ scale: Int, mode: Mode = .nearest) {
    self.scale = scale
    self.mode = mode
  }

  /// [batch, channels, height, width] to [batch, channels, height · scale, width · scale].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    guard scale >= 1 else { throw NNError(.setting, "\(scope.name): scale \(scale), expected at least 1") }
    guard x.shape.rank == 4 else {
      throw NNError(.shape, "\(scope.name): the input is \(x.shape), expected [batch, channels, height, width]")
    }
    let scales = Tensor(TensorValue([Float](repeating: Float(scale), count: 2)))
    let attributes: Attributes =
      mode == .nearest
      ? [
        "axes": .ints([2, 3]), "coordinate_transformation_mode": .string("asymmetric"),
        "nearest_mode": .string("floor"),
      ] : ["axes": .ints([2, 3]), "mode": .string("linear")]
    return try apply(.resize, [x, nil, scales], attributes)[0]
  }
}

/// Images `factor` times as high and as wide, as by `torch.nn.PixelShuffle`. Each channel combines factor² channels.
/// Source: arXiv:1609.05158.
public struct PixelShuffle: Layer {
  /// `pixelshuffle`.
  public static let kind = "pixelshuffle"
  /// The factor of height and width.
  public let factor: Int

  /// Creates a layer whose images are `factor` times as high and as wide.
  public init(_ factor: Int) { self.factor = factor }

  /// [batch, channels · factor², height, width] to [batch, channels, height · factor, width · factor].
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    guard factor >= 1, factor <= 1024 else {
      throw NNError(.setting, "\(scope.name): factor \(factor), expected 1 to 1024")
    }
    guard x.shape.rank == 4, x.shape[1] % (factor * factor) == 0 else {
      throw NNError(
        .shape,
        "\(scope.name): the input is \(x.shape), expected [batch, a multiple of \(factor * factor), height, width]")
    }
    return x.pixelShuffle(factor)
  }
}
