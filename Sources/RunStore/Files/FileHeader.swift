import Foundation

/// The first 100 bytes of an SQLite file, read without SQLite: SQLite may change a file that it opens.
///
/// Source: "Database File Format", section 1.3, https://www.sqlite.org/fileformat2.html.
struct FileHeader {
  let pageSize: Int
  let schemaCookie: UInt32
  let userVersion: Int
  let applicationID: UInt32

  /// The header at the start of `bytes`; nil if SQLite's magic string is missing.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 100, bytes.starts(with: "SQLite format 3\0".utf8) else { return nil }
    func integer(_ offset: Int) -> UInt32 { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } }
    let size = Int(bytes[16]) << 8 | Int(bytes[17])
    pageSize = size == 1 ? 65536 : size
    schemaCookie = integer(40)
    userVersion = Int(integer(60))
    applicationID = integer(68)
  }

  /// Whether the file was left by a process that died while it created a zoo: no table, no application id, the page
  /// size of a zoo.
  var isUnfinished: Bool { applicationID == 0 && schemaCookie == 0 && pageSize == Schema.pageSize }
}
