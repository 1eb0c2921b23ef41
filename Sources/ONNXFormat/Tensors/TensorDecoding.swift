import CONNX
import GraphIR

/// Converts ONNX's tensors to values.
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
    let type = try Self.type(of: tensor, label: label)
    if tensor.data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL {
      guard let externalData else {
        throw ONNXError(
          code: .externalData,
          message: "\(label) has its data in another file, and the model did not come from one; read it by its path")
      }
      return try checked(try externalData.read(tensor, as: type, label: label), label)
    }
    let inTypedFields =
      tensor.n_float_data + tensor.n_int32_data + tensor.n_int64_data + tensor.n_double_data + tensor.n_uint64_data
      + tensor.n_string_data
    guard tensor.has_raw_data != 0 else { return try typed(tensor, type, total: inTypedFields, label) }
    guard inTypedFields == 0 else {
      throw ONNXError(code: .tensor, message: "\(label) has both raw_data and \(inTypedFields) typed elements")
    }
    return try raw(tensor.raw_data, type, label)
  }

  private static func type(of tensor: Onnx__TensorProto, label: String) throws -> TensorType {
    let dtype = try DataType(checking: Int(tensor.data_type), of: label)
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

  private func raw(_ data: ProtobufCBinaryData, _ type: TensorType, _ label: String) throws -> TensorValue {
    let byteCount = type.shape.elementCount * type.dtype.byteCount
    guard data.len == byteCount else {
      throw ONNXError(
        code: .tensor, message: "\(label) has \(data.len) bytes of raw_data, expected \(byteCount) for \(type)")
    }
    let value = TensorValue(uninitialized: type)
    if byteCount > 0 { value.storage.pointer.copyMemory(from: data.data, byteCount: byteCount) }
    return try checked(value, label)
  }

  private func typed(
    _ tensor: Onnx__TensorProto, _ type: TensorType, total: Int, _ label: String
  ) throws -> TensorValue {
    let (field, count) =
      switch type.dtype {
      case .float32: ("float_data", tensor.n_float_data)
      case .float64: ("double_data", tensor.n_double_data)
      case .int64: ("int64_data", tensor.n_int64_data)
      case .bool: ("int32_data", tensor.n_int32_data)
      }
    guard count == type.shape.elementCount, count == total else {
      throw ONNXError(
        code: .tensor,
        message: "\(label) has \(count) elements in \(field) and \(total - count) in other fields, expected "
          + "\(type.shape.elementCount) for \(type)")
    }
    return switch type.dtype {
    case .float32: TensorValue(Array(UnsafeBufferPointer(start: tensor.float_data, count: count)), shape: type.shape)
    case .float64: TensorValue(Array(UnsafeBufferPointer(start: tensor.double_data, count: count)), shape: type.shape)
    case .int64: TensorValue(Array(UnsafeBufferPointer(start: tensor.int64_data, count: count)), shape: type.shape)
    case .bool:
      TensorValue(UnsafeBufferPointer(start: tensor.int32_data, count: count).map { $0 != 0 }, shape: type.shape)
    }
  }

  /// A `Bool` in memory is 0 or 1; any other byte would be undefined behaviour later.
  private func checked(_ value: TensorValue, _ label: String) throws -> TensorValue {
    let isBroken = value.dtype == .bool && value.withUnsafeBytes { bytes in bytes.contains { $0 > 1 } }
    guard !isBroken else { throw ONNXError(code: .tensor, message: "\(label) is BOOL, but has a byte above 1") }
    return value
  }
}

extension DataType {
  /// The element type with ONNX's number `code`; messages use `label` for its tensor.
  init(checking code: Int, of label: String) throws {
    guard let type = DataType(onnxCode: code) else {
      let known = DataType.allCases.map { "\($0.onnxCode) (\($0.rawValue))" }.joined(separator: ", ")
      throw ONNXError(code: .unsupported, message: "\(label) has element type \(code), expected one of \(known)")
    }
    self = type
  }
}
