import Foundation

/// Squares as NumPy's scalars compute them in `x**2`: by the C library's `pow`, which now and then differs from `x * x`
/// in the last bit.
///
/// The optimiser would turn `pow(x, 2)` into `x * x`, so it has to keep out of these two functions.
package enum LibM {
  /// `pow(x, 2)`.
  @_optimize(none)
  package static func square(_ x: Double) -> Double { pow(x, 2) }

  /// `powf(x, 2)`.
  @_optimize(none)
  package static func square(_ x: Float) -> Float { powf(x, 2) }
}
