import Foundation

/// Trigonometric and hyperbolic functions, and the error function.
enum SpecialFunctions {
  static let sin = function(since: 7, { Foundation.sinf($0) }, { Foundation.sin($0) })
  static let cos = function(since: 7, { Foundation.cosf($0) }, { Foundation.cos($0) })
  static let tan = function(since: 7, { Foundation.tanf($0) }, { Foundation.tan($0) })
  static let asin = function(since: 7, { Foundation.asinf($0) }, { Foundation.asin($0) })
  static let acos = function(since: 7, { Foundation.acosf($0) }, { Foundation.acos($0) })
  static let atan = function(since: 7, { Foundation.atanf($0) }, { Foundation.atan($0) })
  static let sinh = function(since: 9, { Foundation.sinhf($0) }, { Foundation.sinh($0) })
  static let cosh = function(since: 9, { Foundation.coshf($0) }, { Foundation.cosh($0) })
  static let asinh = function(since: 9, { Foundation.asinhf($0) }, { Foundation.asinh($0) })
  static let acosh = function(since: 9, { Foundation.acoshf($0) }, { Foundation.acosh($0) })
  static let atanh = function(since: 9, { Foundation.atanhf($0) }, { Foundation.atanh($0) })
  static let erf = function(since: 13, { Foundation.erff($0) }, { Foundation.erf($0) })

  private static func function(
    since version: Int, _ float32: @escaping @Sendable (Float) -> Float,
    _ float64: @escaping @Sendable (Double) -> Double
  ) -> OpDefinition {
    Elementwise.unary(.costlyFunction, "input", "output", since: version, float32, float64)
  }
}
