import GraphIR
import TestSupport

/// Random shapes, and values that break kernels.
extension SplitMix64 {
  /// Extents are mostly small; some are empty, some large enough for several threads.
  mutating func shape(rank: ClosedRange<Int> = 0...4) -> Shape {
    let large: [Shape] = [[40_003], [300, 129], [129, 64], [64, 784], [17, 5, 33, 16]]
    if chance(0.15), let shape = large.filter({ rank.contains($0.rank) }).randomElement(using: &self) { return shape }
    let extents = Array(repeating: [1, 2, 3, 5, 17, 33], count: 6).flatMap { $0 } + [0]
    return Shape((0..<Int.random(in: rank, using: &self)).map { _ in pick(extents) })
  }

  /// A shape that broadcasts to `shape`.
  mutating func narrowed(_ shape: Shape) -> Shape {
    let narrowed = shape.map { extent in chance(0.3) ? 1 : extent }
    return chance(0.3) ? Shape(narrowed.drop { $0 == 1 }) : Shape(narrowed)
  }

  /// Values of `type`; floats include `special` ones (NaN, infinities, zeros, extremes).
  mutating func value(_ dtype: DataType, _ shape: Shape, special: Bool = true, scale: Double = 3) -> TensorValue {
    let count = shape.elementCount
    switch dtype {
    case .float32:
      return TensorValue((0..<count).map { _ in Float(real(special, scale)) }, shape: shape)
    case .float64:
      return TensorValue((0..<count).map { _ in real(special, scale) }, shape: shape)
    case .int64:
      return TensorValue((0..<count).map { _ in integer(special) }, shape: shape)
    case .bool:
      return TensorValue((0..<count).map { _ in chance(0.5) }, shape: shape)
    }
  }

  private mutating func real(_ special: Bool, _ scale: Double) -> Double {
    if special, chance(0.02) {
      return pick([.nan, .infinity, -.infinity, 0, -0.0, 88.6, -88.6, 1e30, -1e30, 1e-30, 2, 0.5, 1, -1])
    }
    // The sum of four uniform draws is close enough to a normal one.
    return scale * (0..<4).reduce(0) { sum, _ in sum + Double.random(in: -1...1, using: &self) } / 2
  }

  private mutating func integer(_ special: Bool) -> Int64 {
    special && chance(0.02) ? pick([.min, .max, .max - 1]) : Int64.random(in: -9...9, using: &self)
  }
}
