import CONNX

extension TextPrinter {
  /// Whether the elements of a tensor are left out.
  func isTooLong(_ tensor: Onnx__TensorProto) -> Bool {
    let count = Self.elementCount(of: tensor)
    return count.map { $0 > longest } ?? false
  }

  /// A tensor with its type and its name.
  mutating func tensor(_ tensor: Onnx__TensorProto, isInitializer: Bool, of owner: String) throws {
    let name = ONNXFormat.text(tensor.name)
    let place = name.isEmpty ? owner : "tensor '\(name)'"
    try requireKnown(tensor.base, of: place)
    try refuse(tensor.segment != nil, "a segment", of: place)
    annotate(tensor.doc_string, tensor.metadata_props, tensor.n_metadata_props)
    put(try word(tensor.data_type, of: place))
    let extents = UnsafeBufferPointer(start: tensor.dims, count: tensor.n_dims)
    if !extents.isEmpty { put("[\(extents.map(String.init).joined(separator: ","))]") }
    if isInitializer || !name.isEmpty { put(" \(TextPrinter.name(name))") }
    let isExternal = tensor.data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL
    let isShort = isExternal || !isTooLong(tensor)
    if isInitializer || isExternal || !isShort { put(" =") }
    guard isShort else { return }
    put(" ")
    if isExternal { return entries(tensor.external_data, tensor.n_external_data) }
    try elements(of: tensor, place)
  }

  private mutating func elements(of tensor: Onnx__TensorProto, _ place: String) throws {
    guard let element = TextElement(code: tensor.data_type) else { return }
    let (count, total) = Self.typedCount(of: tensor, element.field)
    guard count == total, tensor.has_raw_data == 0 || total == 0 else {
      throw ONNXError(
        code: .tensor, message: "\(place) has elements in a field that is not that of \(element.word), or in two fields"
      )
    }
    if tensor.has_raw_data != 0 { return try rawElements(of: tensor, element, place) }
    switch element.field {
    case .float: numbers(count) { Self.number(tensor.float_data[$0]) }
    case .double: numbers(count) { Self.number(tensor.double_data[$0]) }
    case .int32: numbers(count) { String(tensor.int32_data[$0]) }
    case .int64: numbers(count) { String(tensor.int64_data[$0]) }
    case .uint64: numbers(count) { String(tensor.uint64_data[$0]) }
    case .string:
      list("{", Array(UnsafeBufferPointer(start: tensor.string_data, count: count)), "}") {
        $0.put(TextPrinter.quoted(UnsafeBufferPointer(start: $1.data, count: $1.len)))
      }
    }
  }

  /// Elements of `raw_data`, as the typed field has them.
  private mutating func rawElements(of tensor: Onnx__TensorProto, _ element: TextElement, _ place: String) throws {
    let raw = UnsafeRawBufferPointer(start: tensor.raw_data.data, count: tensor.raw_data.len)
    guard let expected = Self.elementCount(of: tensor).flatMap(element.rawByteCount), raw.count == expected else {
      throw ONNXError(
        code: .tensor, message: "\(place) has \(raw.count) bytes of raw_data, which do not fit its type and extents")
    }
    func integers<Integer: FixedWidthInteger>(_ type: Integer.Type) {
      numbers(raw.count / MemoryLayout<Integer>.size) { index in
        String(raw.loadUnaligned(fromByteOffset: index * MemoryLayout<Integer>.size, as: type))
      }
    }
    switch element.raw {
    case .float32: numbers(raw.count / 4) { Self.number(raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)) }
    case .float64: numbers(raw.count / 8) { Self.number(raw.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self)) }
    case .int8: integers(Int8.self)
    case .int16: integers(Int16.self)
    case .int32: integers(Int32.self)
    case .int64: integers(Int64.self)
    case .uint8: integers(UInt8.self)
    case .uint16: integers(UInt16.self)
    case .uint32: integers(UInt32.self)
    case .uint64: integers(UInt64.self)
    case .bits6:
      numbers(Self.elementCount(of: tensor) ?? 0) { index in
        let (start, shift) = (6 * index / 8, 6 * index % 8)
        let bits = UInt16(raw[start]) | (start + 1 < raw.count ? UInt16(raw[start + 1]) << 8 : 0)
        return String(bits >> shift & 0x3f)
      }
    case .none: break
    }
  }

  private mutating func numbers(_ count: Int, _ number: (Int) -> String) {
    put("{")
    for index in 0..<count {
      if index > 0 {
        put(",")
        wrap()
      }
      put(number(index))
    }
    put("}")
  }

  /// The elements in a field, and in all fields of elements.
  private static func typedCount(
    of tensor: Onnx__TensorProto, _ field: TextElement.Field
  ) -> (count: Int, total: Int) {
    let count =
      switch field {
      case .float: tensor.n_float_data
      case .double: tensor.n_double_data
      case .int32: tensor.n_int32_data
      case .int64: tensor.n_int64_data
      case .uint64: tensor.n_uint64_data
      case .string: tensor.n_string_data
      }
    let total =
      tensor.n_float_data + tensor.n_double_data + tensor.n_int32_data + tensor.n_int64_data + tensor.n_uint64_data
      + tensor.n_string_data
    return (count, total)
  }

  /// The product of the extents; nil for extents that no tensor has.
  private static func elementCount(of tensor: Onnx__TensorProto) -> Int? {
    UnsafeBufferPointer(start: tensor.dims, count: tensor.n_dims).reduce(Int?.some(1)) { count, extent in
      guard let count, let product = Int(exactly: extent)?.multipliedReportingOverflow(by: count),
        !product.overflow, extent >= 0
      else { return nil }
      return product.partialValue
    }
  }
}
