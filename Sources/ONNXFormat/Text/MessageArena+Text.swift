import CONNX

extension MessageArena {
  /// The value of a bytes field.
  func bytes(_ units: [UInt8]) -> ProtobufCBinaryData {
    ProtobufCBinaryData(len: units.count, data: array(units).pointer)
  }
}
