import Foundation

extension Store {
  /// The pictures of a run without their content, by name and then by step.
  ///
  /// - Throws: ``StoreError`` if there is no such run.
  public func pictures(of run: String) throws -> [PictureEntry] {
    try read { db in
      guard try RunTable(db: db).exists(run) else { throw Self.unknown(run) }
      return try PictureTable(db: db).entries(of: run)
    }
  }

  /// The content of a picture of a run, a PNG file; nil if the run has no picture of this name and step.
  ///
  /// - Parameters:
  ///   - name: the kind of picture, for example ``StoredPicture/samples``.
  ///   - step: the step after which it was drawn.
  ///   - run: the run's id.
  /// - Throws: ``StoreError`` if there is no such run.
  public func picture(_ name: String, at step: Int, of run: String) throws -> Data? {
    try read { db in
      guard try RunTable(db: db).exists(run) else { throw Self.unknown(run) }
      return try PictureTable(db: db).png(name, at: step, of: run)
    }
  }
}
