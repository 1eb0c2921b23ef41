import Foundation
import GRDB

/// The table `picture`.
struct PictureTable {
  let db: Database

  /// Writes pictures; each replaces that of its name and step.
  func insert(_ pictures: [StoredPicture], run: String) throws {
    for picture in pictures {
      try db.run(
        "INSERT OR REPLACE INTO picture (run, name, step, png) VALUES (?, ?, ?, ?)",
        [run, picture.name, picture.step, picture.png])
    }
  }

  /// Deletes pictures after `step`.
  func remove(after step: Int, run: String) throws {
    try db.run("DELETE FROM picture WHERE run = ? AND step > ?", [run, step])
  }

  /// The pictures of a run, by name and then by step.
  func entries(of run: String) throws -> [PictureEntry] {
    try Row.fetchAll(
      db, sql: "SELECT name, step, length(png) AS bytes FROM picture WHERE run = ? ORDER BY name, step",
      arguments: [run]
    ).map {
      PictureEntry(name: try $0.value("name"), step: try $0.count("step"), byteCount: try $0.count("bytes"))
    }
  }

  /// The content of a picture; nil if there is none of this name and step.
  func png(_ name: String, at step: Int, of run: String) throws -> Data? {
    try Row.fetchOne(
      db, sql: "SELECT png FROM picture WHERE run = ? AND name = ? AND step = ?", arguments: [run, name, step]
    )?.value("png")
  }
}
