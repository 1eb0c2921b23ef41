import Foundation

/// A floating-point format of at most 16 bits. Source: IEEE 754-2008; ONNX, `docs/docsgen/source/technical/float8.md`
/// and `float4.md`; OCP Microscaling Formats 1.0 for E8M0.
struct SmallFloat {
  /// The meaning of the largest exponent.
  enum Top {
    /// Infinity, or NaN where the mantissa is not 0.
    case ieee
    /// NaN where all bits are set, otherwise a number.
    case finite
    /// A number. The bits of -0 are NaN.
    case unsignedZero
    /// A number.
    case number
  }

  let exponentBits: Int
  let mantissaBits: Int
  let bias: Int
  let top: Top

  /// The format of an element type; nil if that is none of them.
  init?(_ type: ElementType) {
    switch type {
    case .float16: self.init(5, 10, bias: 15, .ieee)
    case .bfloat16: self.init(8, 7, bias: 127, .ieee)
    case .float8e4m3fn: self.init(4, 3, bias: 7, .finite)
    case .float8e4m3fnuz: self.init(4, 3, bias: 8, .unsignedZero)
    case .float8e5m2: self.init(5, 2, bias: 15, .ieee)
    case .float8e5m2fnuz: self.init(5, 2, bias: 16, .unsignedZero)
    case .float4e2m1: self.init(2, 1, bias: 1, .number)
    default: return nil
    }
  }

  private init(_ exponentBits: Int, _ mantissaBits: Int, bias: Int, _ top: Top) {
    self.exponentBits = exponentBits
    self.mantissaBits = mantissaBits
    self.bias = bias
    self.top = top
  }

  /// The largest finite number.
  var largest: Float { (0..<1 << (exponentBits + mantissaBits)).map(value).filter(\.isFinite).max() ?? 0 }

  /// Whether the format has NaN.
  var hasNaN: Bool { top != .number }

  /// Whether the format has infinities.
  var hasInfinity: Bool { top == .ieee }

  /// The number with these bits. Every number of such a format is a `Float`.
  func value(_ bits: Int) -> Float {
    let mantissa = bits & (1 << mantissaBits - 1)
    let exponent = bits >> mantissaBits & (1 << exponentBits - 1)
    let isNegative = bits >> (mantissaBits + exponentBits) & 1 == 1
    let isTop = exponent == 1 << exponentBits - 1
    switch top {
    case .ieee where isTop: return mantissa == 0 ? (isNegative ? -.infinity : .infinity) : .nan
    case .finite where isTop && mantissa == 1 << mantissaBits - 1: return .nan
    case .unsignedZero where isNegative && exponent == 0 && mantissa == 0: return .nan
    default: break
    }
    // An exponent of 0 stands for 1 without the leading bit.
    let significand = exponent == 0 ? mantissa : mantissa + 1 << mantissaBits
    let magnitude = scalbn(Float(significand), max(exponent, 1) - bias - mantissaBits)
    return isNegative ? -magnitude : magnitude
  }

  /// The power of two with these bits of E8M0, which has no sign, no mantissa and no 0.
  static func power(_ bits: Int) -> Float { bits == 0xff ? .nan : scalbn(1, bits - 127) }
}
