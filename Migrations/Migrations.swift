/// The migrations of a zoo's file, embedded in the binary.
///
/// A file whose `user_version` is n has seen the first n of them. A migration that a released zoo has run never
/// changes. A later change is a file of its own, named in `Package.swift` and here.
public enum SchemaMigrations {
  /// The SQL of each migration, in order.
  public static let all: [String] = [
    text(PackageResources.m0001_initial_sql),
    text(PackageResources.m0002_events_sql),
    text(PackageResources.m0003_optimizers_sql),
    text(PackageResources.m0004_named_graphs_sql),
    text(PackageResources.m0005_pictures_sql),
    text(PackageResources.m0006_views_sql),
    text(PackageResources.m0007_annotations_sql),
  ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
