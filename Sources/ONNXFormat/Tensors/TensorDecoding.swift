import CONNX
import GraphIR

/// Converts ONNX's tensors to values. Elements of types that our vocabulary lacks are widened: small floats to float32,
/// other integers to int64.
struct TensorDecoding {
  /// Reads bytes of a tensor, from an offset on.
  private typealias Reader = (UnsafeMutableRawBufferPointer, Int) throws -> Void

  /// The bytes of widened elements that are read at a time: a multiple of any element's size.
  private static let pieceSize = 1 << 18

  /// The bytes of the model.
  let source: ByteSource
  /// The data in other files; nil for a model that did not come from a file.
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
      let place = try externalData.place(of: tensor, byteCount: Self.byteCount(element, type.shape), label: label)
      return try read(element, type, label) { try place.read(into: $0, at: $1, label: label) }
    }
    let inTypedFields =
      tensor.n_float_data + tensor.n_int32_data + tensor.n_int64_data + tensor.n_double_data + tensor.n_uint64_data
      + tensor.n_string_data
    guard tensor.has_raw_data != 0 else { return try typed(tensor, element, type, total: inTypedFields, label) }
    guard inTypedFields == 0 else {
      throw ONNXError(code: .tensor, message: "\(label) has both raw_data and \(inTypedFields) typed elements")
    }
    let expected = Self.byteCount(element, type.shape)
    let place = RawDataPlace(tensor.raw_data)
    guard place.count == expected else {
      throw ONNXError(
        code: .tensor,
        message: "\(label) has \(place.count) bytes of raw_data, expected \(expected) for \(element)\(type.shape)")
    }
    return try read(element, type, label) { try source.read(into: $0, at: place.offset + $1) }
  }

  private static func type(
    of tensor: Onnx__TensorProto, _ element: ElementType, label: String
  ) throws -> TensorType {
    let dtype = try element.widened(for: label)
    let extents = UnsafeBufferPointer(start: tensor.dims, count: tensor.n_dims).map(Int.init)
    // An extent of 0 must not hide others that are out of range.
    var bound = dtype.byteCount
    for extent in extents {
      let (product, overflow) = bound.multipliedReportingOverflow(by: max(extent, 1))
      guard extent >= 0, !overflow else {
        throw ONNXError(code: .tensor, message: "\(label) has shape \(extents), which no tensor has")
      }
      bound = product
    }
    return TensorType(dtype, Shape(extents))
  }

  private static func byteCount(_ element: ElementType, _ shape: Shape) -> Int {
    let bits = element.bitCount ?? 0
    return bits < 8 ? (shape.elementCount * bits + 7) / 8 : shape.elementCount * (bits / 8)
  }

  /// Reads the elements, little-endian and, below 8 bits, packed from the lowest bits on. Elements that keep their type
  /// are read into the value's own memory.
  private func read(
    _ element: ElementType, _ type: TensorType, _ label: String, with reader: Reader
  ) throws -> TensorValue {
    let value = TensorValue(uninitialized: type)
    if [.float32, .float64, .int64, .bool].contains(element) {
      try reader(UnsafeMutableRawBufferPointer(start: value.storage.pointer, count: value.byteCount), 0)
      return try checked(value, label)
    }
    let widening = Widening(element, count: value.count, label: label)
    let byteCount = Self.byteCount(element, type.shape)
    var piece = [UInt8](repeating: 0, count: min(Self.pieceSize, byteCount))
    for start in stride(from: 0, to: byteCount, by: Self.pieceSize) {
      try piece.withUnsafeMutableBytes { buffer in
        let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(byteCount - start))
        try reader(bytes, start)
        try widening.convert(UnsafeRawBufferPointer(bytes), to: value, from: start * 8 / (element.bitCount ?? 8))
      }
    }
    return value
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
    let value = TensorValue(uninitialized: type)
    func copy(_ start: UnsafeRawPointer?) -> TensorValue {
      if let start, count > 0 { value.storage.pointer.copyMemory(from: start, byteCount: value.byteCount) }
      return value
    }
    let widening = Widening(element, count: count, label: label)
    switch element {
    case .float32: return copy(tensor.float_data)
    case .float64: return copy(tensor.double_data)
    case .int64: return copy(tensor.int64_data)
    case .uint32, .uint64:
      let numbers = UnsafeBufferPointer(start: tensor.uint64_data, count: count)
      try widening.convert(to: value, 0..<count) { numbers[$0] }
    case .bool:
      let numbers = UnsafeBufferPointer(start: tensor.int32_data, count: count)
      value.withMutableElements(of: Bool.self) { elements in
        for index in numbers.indices { elements[index] = numbers[index] != 0 }
      }
    default:
      let numbers = UnsafeBufferPointer(start: tensor.int32_data, count: count)
      if let width = element.bitCount, width < 8 {
        let bytes = numbers.map { UInt8(truncatingIfNeeded: $0) }
        try bytes.withUnsafeBytes { try widening.convert($0, to: value, from: 0) }
      } else {
        try widening.convert(to: value, 0..<count) { UInt64(UInt32(bitPattern: numbers[$0])) }
      }
    }
    return value
  }

  /// A `Bool` in memory is 0 or 1; any other byte would be undefined behaviour later.
  private func checked(_ value: TensorValue, _ label: String) throws -> TensorValue {
    let isBroken = value.dtype == .bool && value.withUnsafeBytes { bytes in bytes.contains { $0 > 1 } }
    guard !isBroken else { throw ONNXError(code: .tensor, message: "\(label) is BOOL, but has a byte above 1") }
    return value
  }
}
