import CONNX

/// A scan of the bytes of a model. It refuses everything that would make protobuf-c fail, and collects the rest.
///
/// protobuf-c recurses as deep as a file says, merges repeated submessages in quadratic time, allocates hundreds of
/// bytes for an empty message, and ends strings at NUL. It therefore only unpacks bytes that passed this scan: the
/// skeleton. That has no unknown fields, and a ``RawDataPlace`` instead of each tensor's `raw_data`.
///
/// Source: https://protobuf.dev/programming-guides/encoding
struct WireScan {
  /// The memory that protobuf-c and the allocator take for one field besides its contents.
  private static let fieldOverhead = 64

  private let limits: Limits
  private var memoryLeft: Int
  private var input: WireInput
  private var skeleton = WireOutput()
  private var path: [UnsafePointer<CChar>] = []

  private init(_ source: ByteSource, limits: Limits) {
    self.limits = limits
    input = WireInput(source)
    memoryLeft = limits.messageBytes(ofFile: source.byteCount)
  }

  /// The skeleton of the `ModelProto` in `source`.
  ///
  /// - throws: ``ONNXError`` with code `malformed` or `limit`, naming the field and the offset.
  static func skeleton(ofModel source: ByteSource, limits: Limits) throws -> [UInt8] {
    try withUnsafePointer(to: onnx__model_proto__descriptor) { try skeleton(of: source, $0, limits: limits) }
  }

  /// The skeleton of a message of a kind.
  ///
  /// - throws: ``ONNXError`` as ``skeleton(ofModel:limits:)`` does.
  static func skeleton(
    of source: ByteSource, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, limits: Limits
  ) throws -> [UInt8] {
    // Lengths are C `int`s in protobuf-c, and ONNX has the same limit.
    guard source.byteCount <= Int(Int32.max) else {
      throw ONNXError(code: .limit, message: "a model has at most 2 GiB, this one \(source.byteCount) bytes")
    }
    var scan = WireScan(source, limits: limits)
    try scan.message(descriptor, end: source.byteCount)
    return scan.skeleton.bytes
  }

  private mutating func message(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, end: Int) throws {
    guard path.count < limits.depth else { throw tooBig("messages are nested deeper than \(limits.depth)") }
    try spend(descriptor.pointee.sizeof_message)
    // Bit n: the n-th field of the message was present. The members of a oneof share a quantifier, and with it a bit.
    var seen: UInt64 = 0
    while input.position < end {
      let key = try varint(end: end)
      let number = key >> 3
      guard key <= UInt64(UInt32.max), number > 0, let wire = WireType(rawValue: key & 7) else {
        throw malformed("\(key) is no field key")
      }
      guard let field = Self.field(UInt32(number), of: descriptor) else {
        try skip(wire, end: end)
        continue
      }
      try spend(Self.fieldOverhead)
      path.append(field.pointee.name)
      let bit = UInt64(1) << UInt64(Self.slot(of: field, in: descriptor))
      if field.pointee.label != PROTOBUF_C_LABEL_REPEATED {
        let mayRepeat = field.pointee.type != PROTOBUF_C_TYPE_MESSAGE && !Self.isOneofMember(field)
        guard seen & bit == 0 || mayRepeat else { throw malformed("it is there twice") }
        seen |= bit
      }
      skeleton.append(varint: key)
      try value(of: field.pointee, in: descriptor.pointee, wire, end: end)
      path.removeLast()
    }
  }

  private mutating func value(
    of field: ProtobufCFieldDescriptor, in message: ProtobufCMessageDescriptor, _ wire: WireType, end: Int
  ) throws {
    let expected = WireType(field.type)
    if wire == .lengthPrefixed, expected != .lengthPrefixed, field.label == PROTOBUF_C_LABEL_REPEATED {
      return try packed(expected, end: end)
    }
    guard wire == expected else { throw malformed("expected wire type \(expected), found \(wire)") }
    switch wire {
    case .varint: skeleton.append(varint: try varint(end: end))
    case .fixed32: try copy(4, end: end)
    case .fixed64: try copy(8, end: end)
    case .lengthPrefixed:
      let length = try length(end: end)
      switch field.type {
      case PROTOBUF_C_TYPE_MESSAGE:
        let start = skeleton.beginMessage()
        try self.message(
          field.descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self), end: input.position + length)
        skeleton.endMessage(start)
      case PROTOBUF_C_TYPE_STRING:
        let isText = try content(length).withUnsafeBufferPointer {
          !$0.contains(0) && String(validating: $0, as: UTF8.self) != nil
        }
        guard isText else { throw malformed("it is no UTF-8 text, or has a NUL in it") }
      case _ where Self.isRawData(field, in: message):
        let place = RawDataPlace(offset: input.position, count: length).bytes
        try spend(place.count)
        skeleton.append(varint: UInt64(place.count))
        skeleton.append(place)
        input.position += length
      default: _ = try content(length)
      }
    }
  }

  /// Copies `length` bytes with their length to the skeleton and returns them.
  private mutating func content(_ length: Int) throws -> ArraySlice<UInt8> {
    try spend(length)
    skeleton.append(varint: UInt64(length))
    return try skeleton.append(length, of: &input)
  }

  private mutating func packed(_ element: WireType, end: Int) throws {
    let length = try length(end: end)
    let last = input.position + length
    switch element {
    case .varint:
      let start = skeleton.beginMessage()
      while input.position < last {
        try spend(MemoryLayout<Int64>.size)
        skeleton.append(varint: try varint(end: last))
      }
      skeleton.endMessage(start)
    case .fixed32, .fixed64:
      let size = element == .fixed32 ? 4 : 8
      guard length.isMultiple(of: size) else {
        throw malformed("\(length) bytes are no elements of \(size) bytes each")
      }
      _ = try content(length)
    case .lengthPrefixed: throw malformed("it can't be packed")
    }
  }

  /// Copies a number of fixed width to the skeleton.
  private mutating func copy(_ size: Int, end: Int) throws {
    guard end - input.position >= size else { throw malformed("it ends within a number") }
    _ = try skeleton.append(size, of: &input)
  }

  private mutating func skip(_ wire: WireType, end: Int) throws {
    switch wire {
    case .varint: _ = try varint(end: end)
    case .fixed32, .fixed64:
      let size = wire == .fixed32 ? 4 : 8
      guard end - input.position >= size else { throw malformed("it ends within a number") }
      input.position += size
    case .lengthPrefixed: input.position += try length(end: end)
    }
  }

  /// Reads a length. The content ends at `end` or before.
  private mutating func length(end: Int) throws -> Int {
    let length = try varint(end: end)
    guard length <= UInt64(end - input.position) else {
      throw malformed("its length is \(length), but \(end - input.position) bytes are left")
    }
    return Int(length)
  }

  private mutating func varint(end: Int) throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard input.position < end else { throw malformed("it ends within a number") }
      let byte = try input.next()
      guard shift < 63 || byte <= 1 else { break }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw malformed("a number has more than 64 bits")
  }

  private mutating func spend(_ byteCount: Int) throws {
    memoryLeft -= byteCount
    guard memoryLeft >= 0 else { throw tooBig("the decoded model takes more memory than the limits allow") }
  }

  private static func isRawData(_ field: ProtobufCFieldDescriptor, in message: ProtobufCMessageDescriptor) -> Bool {
    message.fields == onnx__tensor_proto__descriptor.fields
      && field.offset == MemoryLayout<Onnx__TensorProto>.offset(of: \.raw_data).map(UInt32.init)
  }

  private static func field(
    _ number: UInt32, of descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) -> UnsafePointer<ProtobufCFieldDescriptor>? {
    let fields = UnsafeBufferPointer(start: descriptor.pointee.fields, count: Int(descriptor.pointee.n_fields))
    guard let index = fields.firstIndex(where: { $0.id == number }) else { return nil }
    return fields.baseAddress.map { $0 + index }
  }

  /// The index of the field. For a member of a oneof, the index of the oneof's first member.
  private static func slot(
    of field: UnsafePointer<ProtobufCFieldDescriptor>, in descriptor: UnsafePointer<ProtobufCMessageDescriptor>
  ) -> Int {
    let fields = UnsafeBufferPointer(start: descriptor.pointee.fields, count: Int(descriptor.pointee.n_fields))
    guard isOneofMember(field) else { return field - descriptor.pointee.fields }
    let quantifier = field.pointee.quantifier_offset
    return fields.firstIndex { $0.flags & oneofFlag != 0 && $0.quantifier_offset == quantifier } ?? 0
  }

  private static var oneofFlag: UInt32 { UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) }

  private static func isOneofMember(_ field: UnsafePointer<ProtobufCFieldDescriptor>) -> Bool {
    field.pointee.flags & oneofFlag != 0
  }

  private func malformed(_ reason: String) -> ONNXError { error(.malformed, reason) }
  private func tooBig(_ reason: String) -> ONNXError { error(.limit, reason) }

  private func error(_ code: ONNXError.Code, _ reason: String) -> ONNXError {
    let names = path.prefix(8).map { String(cString: $0) }.joined(separator: ".")
    let place = names.isEmpty ? "the model" : "'\(names)\(path.count > 8 ? "…" : "")'"
    return ONNXError(code: code, message: "no readable ONNX model: \(place) at byte \(input.position): \(reason)")
  }
}
