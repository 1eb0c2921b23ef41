import CONNX

/// The place of a tensor's `raw_data` in a model.
///
/// In the messages that protobuf-c unpacks, `raw_data` is not the data but the place: the offset and the count in the
/// model's bytes, eight bytes each.
struct RawDataPlace {
  static let byteCount = 16

  let offset: Int
  let count: Int

  init(offset: Int, count: Int) {
    self.offset = offset
    self.count = count
  }

  /// Reads the place from the field of a message that passed ``WireScan``.
  init(_ field: ProtobufCBinaryData) {
    precondition(field.len == Self.byteCount, "raw_data is not a place")
    let bytes = UnsafeRawBufferPointer(start: field.data, count: field.len)
    offset = bytes.loadUnaligned(as: Int.self)
    count = bytes.loadUnaligned(fromByteOffset: 8, as: Int.self)
  }

  /// The bytes of the field.
  var bytes: [UInt8] {
    withUnsafeBytes(of: offset, Array.init) + withUnsafeBytes(of: count, Array.init)
  }
}
