import Foundation
import GRDB
import GraphIR

/// The tables `tensor` and `tensor_chunk`: content-addressed values.
struct TensorTable {
  let db: Database

  private static let chunkSize = 1 << 20

  /// Inserts `value` and returns its row. An existing value costs one lookup.
  func insert(_ value: TensorValue, digest: Digest) throws -> Int64 {
    let find = try db.cachedStatement(sql: "SELECT id FROM tensor WHERE digest = ?")
    if let id = try Int64.fetchOne(find, arguments: [digest]) { return id }
    try db.run(
      "INSERT INTO tensor (digest, dtype, shape, byte_count) VALUES (?, ?, ?, ?)",
      [digest, value.dtype.rawValue, value.shape.json, value.byteCount])
    let id = db.lastInsertedRowID
    for (position, start) in stride(from: 0, to: value.byteCount, by: Self.chunkSize).enumerated() {
      // Bound without a copy: the value outlives the statement.
      let bytes = Data(
        bytesNoCopy: value.storage.pointer + start, count: min(Self.chunkSize, value.byteCount - start),
        deallocator: .none)
      try db.run("INSERT INTO tensor_chunk VALUES (?, ?, ?)", [id, position, bytes])
    }
    return id
  }

  /// The value of a row.
  ///
  /// - Parameters:
  ///   - id: the id of the row.
  ///   - name: the tensor's name in messages.
  /// - Throws: ``StoreError`` if it is damaged.
  func value(_ id: Int64, name: String) throws -> (value: TensorValue, digest: Digest) {
    guard let row = try Row.fetchOne(db, sql: "SELECT * FROM tensor WHERE id = ?", arguments: [id]) else {
      throw StoreError(.corruptTensor, "tensor '\(name)' is missing")
    }
    let type = try row.tensorType()
    // Checked before memory is allocated: the file may state any shape.
    let stored = try Int.fetchOne(
      db, sql: "SELECT coalesce(sum(length(bytes)), 0) FROM tensor_chunk WHERE tensor = ?", arguments: [id])
    let expected = type.shape.isStatic ? type.shape.elementCount * type.dtype.byteCount : -1
    guard try expected == stored && expected == row.value("byte_count") else {
      throw StoreError(.corruptTensor, "tensor '\(name)': expected the bytes of \(type), found \(stored ?? 0) bytes")
    }
    let value = TensorValue(uninitialized: type)
    var end = 0
    let chunks = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT bytes FROM tensor_chunk WHERE tensor = ? ORDER BY position"), arguments: [id])
    while let chunk = try chunks.next() {
      try chunk.withUnsafeData(atIndex: 0) { data in
        guard let data, data.count <= expected - end else {
          throw StoreError(.corruptTensor, "tensor '\(name)' has chunks that are too long")
        }
        data.withUnsafeBytes { bytes in
          guard let source = bytes.baseAddress else { return }
          (value.storage.pointer + end).copyMemory(from: source, byteCount: bytes.count)
        }
        end += data.count
      }
    }
    let digest: Digest = try row.value("digest")
    guard value.digest == digest else {
      throw StoreError(.corruptTensor, "the bytes of tensor '\(name)' differ from the written bytes")
    }
    return (value, digest)
  }

  /// Deletes the tensors of `ids` to which no checkpoint and no graph refers, also not as a parameter's value.
  func removeUnused(_ ids: [Int64]) throws {
    for id in ids {
      try db.run(
        """
        DELETE FROM tensor WHERE id = ?1
          AND NOT EXISTS (SELECT 1 FROM checkpoint_tensor WHERE tensor = ?1)
          AND NOT EXISTS (SELECT 1 FROM constant WHERE tensor = ?1)
          AND NOT EXISTS (SELECT 1 FROM attribute WHERE tensor = ?1)
          AND NOT EXISTS (SELECT 1 FROM named_graph_tensor WHERE tensor = ?1)
        """, [id])
    }
  }
}
