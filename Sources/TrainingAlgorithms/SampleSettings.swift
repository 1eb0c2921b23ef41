/// The pictures of a generator's samples that a training stores at regular steps.
public struct SampleSettings: Sendable, Hashable, Codable {
  /// The most samples of a picture.
  static let limit = 1024

  /// Steps between pictures; 0, the default, for none.
  public var every = 0
  /// Samples of a picture. A conditional generator has rows of classes, as many whole rows as fit, at least a sample of
  /// each class.
  public var count = 64

  private enum CodingKeys: String, CodingKey {
    case every
    case count = "n"
  }

  /// No pictures.
  public init() {}

  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try SettingCheck.require("samples.every", every, "at least 0") { $0 >= 0 }
    try SettingCheck.count("samples.n", count, atMost: Self.limit)
  }
}
