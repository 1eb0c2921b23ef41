import CONNX
import GraphIR

/// Converts ONNX's tensors to values. Elements of types that our vocabulary lacks are widened: small floats to float32,
/// other integers to int64.
struct TensorDecoding {
  /// The folder of external data; nil for a model that did not come from a file.
  let externalData: ExternalData?

  /// The value of `tensor`; messages use `label` for it.
  ///
  /// - throws: ``ONNXError`` with code `unsupported`, `tensor` or `externalData`, naming the tensor.
  func value(of tensor: Onnx__TensorProto, label: String) throws -> TensorValue {
    guard tensor.segment == nil else {
      throw ONNXError(code: .unsupported, message: "\(label) is a segment of a tensor, expected a whole one")
    }
    let element = try ElementType(code: Int(tensor.data_type), of: label)
    let type = try Self.type(of: tensor, element, label: label)
    if tensor.data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL {
      guard let externalData else {
        throw ONNXError(
          code: .externalData,
          message: "\(label) has its data in another file, and the model did not come from one; read it by its path")
      }
      return try read(tensor, element, type, from: externalData, label)
    }
    let inTypedFields =
      tensor.n_float_data + tensor.n_int32_data + tensor.n_int64_data + tensor.n_double_data + tensor.n_uint64_data
      + tensor.n_string_data
    guard tensor.has_raw_data != 0 else { return try typed(tensor, element, type, total: inTypedFields, label) }
    guard inTypedFields == 0 else {
      throw ONNXError(code: .tensor, message: "\(label) has both raw_data and \(inTypedFields) typed elements")
    }
    let expected = Self.byteCount(element, type.shape)
    guard tensor.raw_data.len == expected else {
      throw ONNXError(
        code: .tensor,
        message:
          "\(label) has \(tensor.raw_data.len) bytes of raw_data, expected \(expected) for \(element)\(type.shape)")
    }
    return try decoded(UnsafeRawBufferPointer(start: tensor.raw_data.data, count: expected), element, type, label)
  }

  private static func type(
    of tensor: Onnx__TensorProto, _ element: ElementType, label: String
  ) throws -> TensorType {
    let dtype = try element.widened(for: label)
    let extents = UnsafeBufferPointer(start: tensor.dims, count: tensor.n_dims).map(Int.init)
    var byteCount = dtype.byteCount
    for extent in extents {
      let (product, overflow) = byteCount.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else {
        throw ONNXError(code: .tensor, message: "\(label) has shape \(extents), which no tensor has")
      }
      byteCount = product
    }
    return TensorType(dtype, Shape(extents))
  }

  private static func byteCount(_ element: ElementType, _ shape: Shape) -> Int {
    let bits = element.bitCount ?? 0
    return bits < 8 ? (shape.elementCount * bits + 7) / 8 : shape.elementCount * (bits / 8)
  }

  /// Reads the data of another file: where the elements keep their type, into the value's own memory.
  private func read(
    _ tensor: Onnx__TensorProto, _ element: ElementType, _ type: TensorType, from data: ExternalData, _ label: String
  ) throws -> TensorValue {
    guard !Self.isKept(element) else {
      let value = TensorValue(uninitialized: type)
      let buffer = UnsafeMutableRawBufferPointer(start: value.storage.pointer, count: value.byteCount)
      try data.read(tensor, into: buffer, label: label)
      return try checked(value, label)
    }
    var bytes = [UInt8](repeating: 0, count: Self.byteCount(element, type.shape))
    return try bytes.withUnsafeMutableBytes { buffer in
      try data.read(tensor, into: buffer, label: label)
      return try decoded(UnsafeRawBufferPointer(buffer), element, type, label)
    }
  }

  /// Whether our vocabulary has the type, so that its elements need no conversion.
  private static func isKept(_ element: ElementType) -> Bool {
    [.float32, .float64, .int64, .bool].contains(element)
  }

  /// The value whose elements are `bytes`, little-endian and, below 8 bits, packed from the lowest bits on.
  private func decoded(
    _ bytes: UnsafeRawBufferPointer, _ element: ElementType, _ type: TensorType, _ label: String
  ) throws -> TensorValue {
    guard !Self.isKept(element) else {
      let value = TensorValue(uninitialized: type)
      if let start = bytes.baseAddress, !bytes.isEmpty {
        value.storage.pointer.copyMemory(from: start, byteCount: bytes.count)
      }
      return try checked(value, label)
    }
    let width = element.bitCount ?? 8
    let patterns = (0..<type.shape.elementCount).map { index -> UInt64 in
      let start = index * width / 8
      guard width >= 8 else { return UInt64(bytes[start]) >> (index * width % 8) & (1 << width - 1) }
      return (0..<width / 8).reduce(0) { $0 | UInt64(bytes[start + $1]) << (8 * $1) }
    }
    return try value(patterns, element, type, label)
  }

  private func typed(
    _ tensor: Onnx__TensorProto, _ element: ElementType, _ type: TensorType, total: Int, _ label: String
  ) throws -> TensorValue {
    let (field, count) =
      switch element {
      case .float32: ("float_data", tensor.n_float_data)
      case .float64: ("double_data", tensor.n_double_data)
      case .int64: ("int64_data", tensor.n_int64_data)
      case .uint32, .uint64: ("uint64_data", tensor.n_uint64_data)
      default: ("int32_data", tensor.n_int32_data)
      }
    // Elements below 8 bits are packed into bytes, and each byte is one number of int32_data.
    let expected = (element.bitCount ?? 8) < 8 ? Self.byteCount(element, type.shape) : type.shape.elementCount
    guard count == expected, count == total else {
      throw ONNXError(
        code: .tensor,
        message: "\(label) has \(count) elements in \(field) and \(total - count) in other fields, expected "
          + "\(expected) for \(element)\(type.shape)")
    }
    switch element {
    case .float32:
      return TensorValue(Array(UnsafeBufferPointer(start: tensor.float_data, count: count)), shape: type.shape)
    case .float64:
      return TensorValue(Array(UnsafeBufferPointer(start: tensor.double_data, count: count)), shape: type.shape)
    case .int64:
      return TensorValue(Array(UnsafeBufferPointer(start: tensor.int64_data, count: count)), shape: type.shape)
    case .bool:
      return TensorValue(UnsafeBufferPointer(start: tensor.int32_data, count: count).map { $0 != 0 }, shape: type.shape)
    case .uint32, .uint64:
      return try value(Array(UnsafeBufferPointer(start: tensor.uint64_data, count: count)), element, type, label)
    default:
      let numbers = UnsafeBufferPointer(start: tensor.int32_data, count: count)
      if let width = element.bitCount, width < 8 {
        return try numbers.map { UInt8(truncatingIfNeeded: $0) }.withUnsafeBytes {
          try decoded($0, element, type, label)
        }
      }
      let patterns = numbers.map { UInt64(UInt32(bitPattern: $0)) }
      return try value(patterns, element, type, label)
    }
  }

  /// The value of elements with these bits. Bits above the element's own are ignored.
  private func value(
    _ patterns: [UInt64], _ element: ElementType, _ type: TensorType, _ label: String
  ) throws -> TensorValue {
    if let format = SmallFloat(element) {
      return TensorValue(patterns.map { format.value(Int(truncatingIfNeeded: $0)) }, shape: type.shape)
    }
    if element == .float8e8m0 {
      return TensorValue(patterns.map { SmallFloat.power(Int($0 & 0xff)) }, shape: type.shape)
    }
    let unused = 64 - (element.bitCount ?? 64)
    let numbers = try patterns.map { pattern -> Int64 in
      let shifted = pattern << unused
      guard element.isUnsigned else { return Int64(bitPattern: shifted) >> unused }
      guard let number = Int64(exactly: shifted >> unused) else {
        throw ONNXError(
          code: .unsupported, message: "\(label) holds \(shifted >> unused), which is above the largest int64")
      }
      return number
    }
    return TensorValue(numbers, shape: type.shape)
  }

  /// A `Bool` in memory is 0 or 1; any other byte would be undefined behaviour later.
  private func checked(_ value: TensorValue, _ label: String) throws -> TensorValue {
    let isBroken = value.dtype == .bool && value.withUnsafeBytes { bytes in bytes.contains { $0 > 1 } }
    guard !isBroken else { throw ONNXError(code: .tensor, message: "\(label) is BOOL, but has a byte above 1") }
    return value
  }
}
