import Pictures

/// The settings of a folder of pictures.
public struct ImageFolderSettings: Sendable, Hashable, Codable {
  /// The height and width of a sample in pixels.
  public var size: [Int]
  /// The treatment of pictures of another ratio: a part in the middle, by default, or all of it between margins.
  public var resize = Picture.Resizing.crop
  /// 3 for red, green and blue, the default, or 1 for grayscale.
  public var channels = 3
  /// The gray of margins and behind transparent pixels, by default 255, white.
  public var background = 255
  /// Whether pictures that can't be decoded are left out. By default they are an error.
  public var skipBroken = false

  /// Settings for samples of `height` by `width` pixels.
  public init(height: Int, width: Int) { size = [height, width] }

  /// The shape of a sample.
  var sampleShape: [Int] { [channels] + size }
}
