import GraphIR

/// Functions of elements that StableHLO has no single operation for.
enum ElementwiseRules {
  /// Integers divided by 0 are 0.
  static func div(_ emitter: Emitter, _ call: Call) -> Value {
    let (a, b) = (call.input(0), call.input(1))
    let quotient = emitter.divide(a, b)
    guard a.dtype == .int64 else { return quotient }
    return emitter.select(emitter.compare(b, .equal, 0), emitter.constant(0, like: quotient), quotient)
  }

  static func clip(_ emitter: Emitter, _ call: Call) -> Value {
    var x = call.input(0)
    if let low = call.optional(1) { x = emitter.binary("maximum", x, low) }
    if let high = call.optional(2) { x = emitter.binary("minimum", x, high) }
    return x
  }

  /// The remainder has the sign of the dividend with `fmod`, otherwise that of the divisor. Remainders of integers by 0
  /// are 0.
  static func mod(_ emitter: Emitter, _ call: Call) -> Value {
    let (a, b) = (call.input(0), call.input(1))
    var remainder = emitter.binary("remainder", a, b)
    guard a.dtype == .int64 else { return remainder }
    let zero = emitter.constant(0, like: remainder)
    if !call.attributes.flag("fmod") {
      let isOther = emitter.compare(
        emitter.compare(remainder, .less, zero), .notEqual, emitter.compare(b, .less, 0))
      let moves = emitter.binary("and", isOther, emitter.compare(remainder, .notEqual, zero))
      remainder = emitter.select(moves, emitter.add(remainder, b), remainder)
    }
    return emitter.select(emitter.compare(b, .equal, 0), zero, remainder)
  }

  /// With an exponent of another type, the power is computed in double precision.
  static func pow(_ emitter: Emitter, _ call: Call) -> Value {
    let (base, exponent) = (call.input(0), call.input(1))
    guard base.dtype != exponent.dtype else { return emitter.binary("power", base, exponent) }
    let power = emitter.binary(
      "power", emitter.convert(base, to: .float64), emitter.convert(exponent, to: .float64))
    return emitter.convert(power, to: base.dtype)
  }

  static func isInf(_ emitter: Emitter, _ call: Call) -> Value {
    let x = call.input(0)
    let bounds: [(String, Double)] = [("detect_negative", -.infinity), ("detect_positive", .infinity)]
    return bounds.filter { call.attributes.flag($0.0) }.map { emitter.compare(x, .equal, $0.1) }
      .reduce(emitter.constant(0, TensorType(.bool, x.shape))) { emitter.binary("or", $0, $1) }
  }
}
