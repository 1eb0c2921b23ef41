import GraphIR

extension Emitter {
  /// Adds a constant.
  func constant(_ value: TensorValue) -> Value {
    guard value.dtype == .bool else { return dense(Self.elements(of: value), value.type) }
    if value.count == 1 { return dense("\(value.doubles[0] != 0)", value.type) }
    // MLIR packs bits in an order of its own; integers are as in memory.
    let numbers = TensorValue(value.elements(as: Bool.self).map { Int64($0 ? 1 : 0) }, shape: value.shape)
    return convert(constant(numbers), to: .bool)
  }

  /// Adds a constant of one number, in the type of `like` and repeated to its shape.
  func constant(_ number: Double, like: Value) -> Value { constant(number, like.type) }

  /// Adds a constant of one number.
  func constant(_ number: Double, _ type: TensorType) -> Value {
    broadcast(constant(TensorValue(repeating: number, type: TensorType(type.dtype, []))), to: type.shape)
  }

  /// Adds a scalar of int64, also beyond what a `Double` holds.
  func constant(integer: Int) -> Value { constant(TensorValue(scalar: Int64(integer))) }

  private func dense(_ elements: String, _ type: TensorType) -> Value {
    operation("constant", [], [("value", "dense<\(elements)> : \(type.mlir)")], to: type)
  }

  /// The elements in MLIR: hexadecimal, so that no bit is lost.
  private static func elements(of value: TensorValue) -> String {
    guard value.count > 0 else { return "" }
    guard value.count == 1 else { return "\"0x\(hexadecimal(of: value))\"" }
    if value.dtype == .int64 { return "\(value.integers[0])" }
    // A single number is written with its highest digit first.
    return "0x" + value.withUnsafeBytes { $0.reversed().map(hexadecimal).joined() }
  }

  private static func hexadecimal(of value: TensorValue) -> String {
    value.withUnsafeBytes { bytes in
      var text = ""
      text.reserveCapacity(2 * bytes.count)
      for byte in bytes { text += hexadecimal(byte) }
      return text
    }
  }

  private static let digits = (0..<256).map { byte in
    let text = String(byte, radix: 16, uppercase: true)
    return text.count == 1 ? "0" + text : text
  }

  private static func hexadecimal(_ byte: UInt8) -> String { digits[Int(byte)] }
}
