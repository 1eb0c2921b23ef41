import GraphIR

extension GraphImport {
  /// The bits of each element as a number of another type of the same size. Integers are computed; the bits of floats
  /// have to be known. Source: ONNX BitCast-26.
  func bitCast(_ call: OperatorCall) throws -> CompositionValue {
    let x = try call.input(0)
    let code = try call.int("to", default: 0)
    guard let source = try narrowType(of: x) ?? ElementType(rawValue: type(x).dtype.onnxCode),
      let target = ElementType(rawValue: code), target.widened != nil, target.bitCount == source.bitCount
    else { throw call.error(.graph, "'to' is \(code), expected a type of as many bits as the input has") }
    if source == target { return try self.call(.identity, x) }
    if source.widened != .float32, source.widened != .float64, target.widened == .int64 {
      let whole = try self.call(.cast, x, attributes: ["to": .int(DataType.int64.onnxCode)])
      return try wrapped(whole, to: target)
    }
    guard let known = constant(x) else {
      throw call.error(
        .unsupported, "the bits of floats are computed, expected known ones; 'zoo run FILE' knows those of inputs")
    }
    return constant(try Self.reinterpreted(known, source, target, call))
  }

  private static func reinterpreted(
    _ value: TensorValue, _ source: ElementType, _ target: ElementType, _ call: OperatorCall
  ) throws -> TensorValue {
    switch (source, target) {
    case (.float32, .int32):
      return integers(value.elements(as: Float.self).map { Int64(Int32(bitPattern: $0.bitPattern)) }, value.shape)
    case (.float32, .uint32): return integers(value.elements(as: Float.self).map { Int64($0.bitPattern) }, value.shape)
    case (.float64, .int64):
      return integers(value.elements(as: Double.self).map { Int64(bitPattern: $0.bitPattern) }, value.shape)
    case (.int32, .float32), (.uint32, .float32):
      let numbers = value.integers.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
      return TensorValue(numbers, shape: value.shape)
    case (.int64, .float64):
      return TensorValue(value.integers.map { Double(bitPattern: UInt64(bitPattern: Int64($0))) }, shape: value.shape)
    default: throw call.error(.unsupported, "bits of \(source) as \(target), expected types of 32 or 64 bits")
    }
  }

  private static func integers(_ numbers: [Int64], _ shape: Shape) -> TensorValue { TensorValue(numbers, shape: shape) }
}
