import Foundation

/// The places of a data set's files.
public struct DatasetLocation: Sendable {
  /// The folder or the file that the user named; nil for the usual places.
  public var path: URL?
  /// The folder for decoded pictures; nil for none.
  public var cache: URL?

  /// A location.
  public init(_ path: URL? = nil, cache: URL? = nil) { (self.path, self.cache) = (path, cache) }
}
