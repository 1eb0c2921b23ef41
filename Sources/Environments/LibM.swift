import Foundation

/// Squares as NumPy's scalars compute them in `x**2`: by the C library's `pow`. It sometimes differs from `x * x` in
/// the last bit.
///
/// The optimiser would replace `pow(x, 2)` by `x * x`. These two functions are therefore opaque to it.
package enum LibM {
  /// `pow(x, 2)`.
  @_optimize(none)
  package static func square(_ x: Double) -> Double { pow(x, 2) }

  /// `powf(x, 2)`.
  @_optimize(none)
  package static func square(_ x: Float) -> Float { powf(x, 2) }
}
