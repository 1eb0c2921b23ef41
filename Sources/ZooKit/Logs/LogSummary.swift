/// The numbers of the entries of a run's log.
public struct LogSummary: Sendable, Hashable, Codable {
  /// The folder with the files.
  public let folder: String
  /// The number of values of metrics.
  public let metrics: Int
  /// The number of pictures.
  public let pictures: Int
  /// The number of distributions of parameters.
  public let histograms: Int
  /// Names that the other program refuses, with those in their place.
  public let renamed: [String: String]
}
