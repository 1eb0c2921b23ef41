import GraphIR

// Comparisons and connectives of elements, with NumPy broadcasting. Results are tensors of bool, which carry no
// gradient.

extension Tensor {
  /// Whether elements are equal.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { call(.equal, [a, b]) }
  /// Whether elements differ; true where one of them is NaN.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor { .!(a .== b) }
  /// Whether elements are greater.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { call(.greater, [a, b]) }
  /// Whether elements are greater or equal.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { call(.greaterOrEqual, [a, b]) }
  /// Whether elements are smaller.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { call(.less, [a, b]) }
  /// Whether elements are smaller or equal.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor { call(.lessOrEqual, [a, b]) }

  /// Whether elements equal a number.
  public static func .== (a: Tensor, b: Double) -> Tensor { a .== a.scalar(b) }
  /// Whether elements differ from a number; true for NaN.
  public static func .!= (a: Tensor, b: Double) -> Tensor { a .!= a.scalar(b) }
  /// Whether elements are greater than a number.
  public static func .> (a: Tensor, b: Double) -> Tensor { a .> a.scalar(b) }
  /// Whether elements are greater than a number, or equal to it.
  public static func .>= (a: Tensor, b: Double) -> Tensor { a .>= a.scalar(b) }
  /// Whether elements are smaller than a number.
  public static func .< (a: Tensor, b: Double) -> Tensor { a .< a.scalar(b) }
  /// Whether elements are smaller than a number, or equal to it.
  public static func .<= (a: Tensor, b: Double) -> Tensor { a .<= a.scalar(b) }

  /// Whether both conditions hold.
  public static func .& (a: Tensor, b: Tensor) -> Tensor { call(.and, [a, b]) }
  /// Whether one of the conditions holds, or both.
  public static func .| (a: Tensor, b: Tensor) -> Tensor { call(.or, [a, b]) }
  /// Whether exactly one of the conditions holds.
  public static func .^ (a: Tensor, b: Tensor) -> Tensor { call(.xor, [a, b]) }
  /// Whether a condition does not hold.
  public static prefix func .! (a: Tensor) -> Tensor { call(.not, [a]) }

  /// Elements of `chosen` where this condition holds, of `otherwise` elsewhere.
  public func select(_ chosen: Tensor, _ otherwise: Tensor) -> Tensor { Self.call(.where, [self, chosen, otherwise]) }
}
