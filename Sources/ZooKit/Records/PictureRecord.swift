import RunStore

/// A picture of a run as JSON has it.
public struct PictureRecord: Encodable, Sendable {
  /// The kind of picture, such as `samples`.
  public let name: String
  /// The step after which it was drawn.
  public let step: Int
  /// The size of its PNG file.
  public let bytes: Int

  /// The record of a picture.
  public init(_ picture: PictureEntry) {
    name = picture.name
    step = picture.step
    bytes = picture.byteCount
  }
}
