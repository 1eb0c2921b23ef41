/// A picture of a run, without its content.
public struct PictureEntry: Hashable, Sendable {
  /// The kind of picture, for example ``StoredPicture/samples``.
  public let name: String
  /// The step after which it was drawn.
  public let step: Int
  /// The bytes of its PNG file.
  public let byteCount: Int
}
