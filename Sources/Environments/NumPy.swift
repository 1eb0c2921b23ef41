/// Float32 functions of NumPy 2 whose bits differ from those of the C library or of a plain loop.
///
/// Sine and cosine are those of its vector loops, which it uses on processors with fused multiply-add.
package enum NumPy {
  /// `sin` of a float32 within ±π/4: a polynomial of degree 9 with fused multiply-adds.
  package static func sin(_ x: Float) -> Float {
    let square = x * x
    let polynomial = Float(-0x1.a06bbap-13).addingProduct(0x1.7d3bbcp-19, square)
    let series = Float(-0x1.555556p-03).addingProduct(Float(0x1.11119ap-07).addingProduct(polynomial, square), square)
    return x.addingProduct(series * square, x)
  }

  /// `cos` of a float32 within ±π/4: a polynomial of degree 8 with fused multiply-adds.
  package static func cos(_ x: Float) -> Float {
    let square = x * x
    let polynomial = Float(-0x1.6c06dcp-10).addingProduct(0x1.98e616p-16, square)
    let series = Float(-0.5).addingProduct(Float(0x1.55553cp-05).addingProduct(polynomial, square), square)
    return Float(1).addingProduct(series, square)
  }

  /// `sum` of a one-dimensional float32 array: eight partial sums for at most 128 elements, combined pairwise.
  package static func sum(_ indices: Range<Int>, _ element: (Int) -> Float) -> Float {
    if indices.count > 128 {
      let middle = indices.lowerBound + indices.count / 2 / 8 * 8
      return sum(indices.lowerBound..<middle, element) + sum(middle..<indices.upperBound, element)
    }
    var sums = SIMD8<Float>(repeating: -0)
    let rest = indices.lowerBound + indices.count / 8 * 8
    for start in stride(from: indices.lowerBound, to: rest, by: 8) {
      for lane in 0..<8 {
        sums[lane] += element(start + lane)
      }
    }
    let pairs = sums.evenHalf + sums.oddHalf
    return (rest..<indices.upperBound).reduce((pairs[0] + pairs[1]) + (pairs[2] + pairs[3])) { $0 + element($1) }
  }
}
