import Foundation
import GRDB

extension Store {
  /// Changes name, note and tags of a run, which may be training.
  ///
  /// ```swift
  /// try store.annotate(run.id) { $0.tags.insert("baseline") }
  /// ```
  ///
  /// - Parameters:
  ///   - run: the run's id.
  ///   - change: the change; it may be called several times.
  /// - Returns: the annotation after the change.
  /// - Throws: ``StoreError`` if there is no such run, for a name or a tag that can't be stored, or for a name that
  ///   another run or a graph has; the errors of `change`.
  @discardableResult
  public func annotate(_ run: String, _ change: (inout Annotation) throws -> Void) throws -> Annotation {
    try write { db in
      let sql = "SELECT name, note, tags FROM run WHERE id = ?"
      guard let row = try Row.fetchOne(db, sql: sql, arguments: [run]) else { throw Self.unknown(run) }
      let old = Annotation(
        name: try row.optional("name"), note: try row.optional("note"), tags: Set(try RunTable.tags(row)))
      var new = old
      try change(&new)
      try checkNames([new.name, new.note].compactMap { $0 } + new.tags)
      try new.tags.subtracting(old.tags).forEach(Annotation.check(tag:))
      if let name = new.name, name != old.name {
        try Annotation.check(name: name)
        try NamedGraphTable(db: db).requireUnused(name: name)
        try RunTable(db: db).requireUnused(name: name, own: run)
      }
      let tags = String(decoding: try JSONEncoder().encode(new.tags.sorted()), as: UTF8.self)
      try db.run("UPDATE run SET name = ?, note = ?, tags = ? WHERE id = ?", [new.name, new.note, tags, run])
      return new
    }
  }
}
