import Foundation

/// A picture of a run, such as samples of its generator in the course of training.
public struct StoredPicture: Hashable, Sendable {
  /// The name of pictures with samples of a generator.
  public static let samples = "samples"

  /// The kind of picture, for example ``samples``.
  public var name: String
  /// The step after which it was drawn.
  public var step: Int
  /// The content of a PNG file.
  public var png: Data

  /// A picture.
  public init(name: String, step: Int, png: Data) {
    self.name = name
    self.step = step
    self.png = png
  }
}
