import CONNX

/// A scan of the bytes of a model. It refuses everything that would make protobuf-c fail.
///
/// protobuf-c recurses as deep as a file says, merges repeated submessages in quadratic time, allocates hundreds of
/// bytes for an empty message, and ends strings at NUL. Its unpacking therefore only sees bytes that passed this scan.
///
/// Source: https://protobuf.dev/programming-guides/encoding
struct WireScan {
  /// The memory that protobuf-c and the allocator take for one field besides its contents.
  private static let fieldOverhead = 64

  private let limits: Limits
  private var memoryLeft: Int
  private var position = 0
  private var path: [UnsafePointer<CChar>] = []

  private init(limits: Limits, byteCount: Int) {
    self.limits = limits
    let share = byteCount.multipliedReportingOverflow(by: limits.memoryPerByte)
    let total = share.partialValue.addingReportingOverflow(limits.memory)
    memoryLeft = share.overflow || total.overflow ? .max : total.partialValue
  }

  /// Checks that `bytes` are a `ModelProto` within `limits`.
  ///
  /// - throws: ``ONNXError`` with code `malformed` or `limit`, naming the field and the offset.
  static func check(model bytes: Span<UInt8>, limits: Limits) throws {
    try withUnsafePointer(to: onnx__model_proto__descriptor) { try check(bytes, are: $0, limits: limits) }
  }

  /// Checks that `bytes` are a message of a kind within `limits`.
  ///
  /// - throws: ``ONNXError`` as ``check(model:limits:)`` does.
  static func check(
    _ bytes: Span<UInt8>, are descriptor: UnsafePointer<ProtobufCMessageDescriptor>, limits: Limits
  ) throws {
    // Lengths are C `int`s in protobuf-c, and ONNX has the same limit.
    guard bytes.count <= Int(Int32.max) else {
      throw ONNXError(code: .limit, message: "a model has at most 2 GiB, this one \(bytes.count) bytes")
    }
    var scan = WireScan(limits: limits, byteCount: bytes.count)
    try scan.message(descriptor, in: bytes, end: bytes.count)
  }

  private mutating func message(
    _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, in bytes: Span<UInt8>, end: Int
  ) throws {
    guard path.count < limits.depth else { throw tooBig("messages are nested deeper than \(limits.depth)") }
    try spend(descriptor.pointee.sizeof_message)
    // Bit n: the n-th field of the message was present. The members of a oneof share a quantifier, and with it a bit.
    var seen: UInt64 = 0
    while position < end {
      let key = try varint(in: bytes, end: end)
      let number = key >> 3
      guard key <= UInt64(UInt32.max), number > 0, let wire = WireType(rawValue: key & 7) else {
        throw malformed("\(key) is no field key")
      }
      try spend(Self.fieldOverhead)
      guard let field = Self.field(UInt32(number), of: descriptor) else {
        // protobuf-c keeps a copy of unknown fields.
        try spend(Self.fieldOverhead)
        try skip(wire, in: bytes, end: end)
        continue
      }
      path.append(field.pointee.name)
      let bit = UInt64(1) << UInt64(Self.slot(of: field, in: descriptor))
      if field.pointee.label != PROTOBUF_C_LABEL_REPEATED {
        let mayRepeat = field.pointee.type != PROTOBUF_C_TYPE_MESSAGE && !Self.isOneofMember(field)
        guard seen & bit == 0 || mayRepeat else { throw malformed("it is there twice") }
        seen |= bit
      }
      try value(of: field.pointee, wire, in: bytes, end: end)
      path.removeLast()
    }
  }

  private mutating func value(
    of field: ProtobufCFieldDescriptor, _ wire: WireType, in bytes: Span<UInt8>, end: Int
  ) throws {
    let expected = WireType(field.type)
    if wire == .lengthPrefixed, expected != .lengthPrefixed, field.label == PROTOBUF_C_LABEL_REPEATED {
      return try packed(expected, in: bytes, end: end)
    }
    guard wire == expected else { throw malformed("expected wire type \(expected), found \(wire)") }
    guard wire == .lengthPrefixed else { return try skip(wire, in: bytes, end: end) }

    let last = try length(in: bytes, end: end)
    switch field.type {
    case PROTOBUF_C_TYPE_MESSAGE:
      try message(field.descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self), in: bytes, end: last)
    case PROTOBUF_C_TYPE_STRING:
      let text = bytes.extracting(position..<last)
      let isText = text.withUnsafeBufferPointer { !$0.contains(0) && String(validating: $0, as: UTF8.self) != nil }
      guard isText else { throw malformed("it is no UTF-8 text, or has a NUL in it") }
      fallthrough
    default:
      try spend(last - position)
      position = last
    }
  }

  private mutating func packed(_ element: WireType, in bytes: Span<UInt8>, end: Int) throws {
    let last = try length(in: bytes, end: end)
    switch element {
    case .varint:
      while position < last {
        try spend(MemoryLayout<Int64>.size)
        _ = try varint(in: bytes, end: last)
      }
    case .fixed32, .fixed64:
      let size = element == .fixed32 ? 4 : 8
      guard (last - position).isMultiple(of: size) else {
        throw malformed("\(last - position) bytes are no elements of \(size) bytes each")
      }
      try spend(last - position)
      position = last
    case .lengthPrefixed: throw malformed("it can't be packed")
    }
  }

  private mutating func skip(_ wire: WireType, in bytes: Span<UInt8>, end: Int) throws {
    switch wire {
    case .varint: _ = try varint(in: bytes, end: end)
    case .fixed32, .fixed64:
      let size = wire == .fixed32 ? 4 : 8
      guard end - position >= size else { throw malformed("it ends within a number") }
      position += size
    case .lengthPrefixed:
      let last = try length(in: bytes, end: end)
      try spend(last - position)
      position = last
    }
  }

  /// Reads a length and returns the end of the content, which is at most `end`.
  private mutating func length(in bytes: Span<UInt8>, end: Int) throws -> Int {
    let length = try varint(in: bytes, end: end)
    guard length <= UInt64(end - position) else {
      throw malformed("its length is \(length), but \(end - position) bytes are left")
    }
    return position + Int(length)
  }

  private mutating func varint(in bytes: Span<UInt8>, end: Int) throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else { throw malformed("it ends within a number") }
      let byte = bytes[position]
      position += 1
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
    return ONNXError(code: code, message: "no readable ONNX model: \(place) at byte \(position): \(reason)")
  }
}
