import GraphIR

/// Values for examples, far enough from kinks, ties and poles for finite differences of third order.
struct ExampleData {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  /// Evenly spaced values strictly between two bounds, in random order: no two are equal.
  mutating func between(_ low: Double, _ high: Double, _ shape: Shape) -> TensorValue {
    TensorValue(spaced(low, high, shape.elementCount), shape: shape)
  }

  /// Values of both signs whose magnitudes are 0.3 to 1.7.
  mutating func signed(_ shape: Shape) -> TensorValue {
    let magnitudes = spaced(0.3, 1.7, shape.elementCount)
    let start = generator.int(0...1)
    return TensorValue(magnitudes.enumerated().map { ($0 + start) % 2 == 0 ? $1 : -$1 }, shape: shape)
  }

  /// Tensors without equal elements: the maximum and the minimum are unique.
  mutating func distinct(_ shapes: Shape...) -> [TensorValue] {
    var numbers = spaced(-2, 2, shapes.reduce(0) { $0 + $1.elementCount })[...]
    return shapes.map { shape in
      defer { numbers = numbers.dropFirst(shape.elementCount) }
      return TensorValue(Array(numbers.prefix(shape.elementCount)), shape: shape)
    }
  }

  /// Integers from -5 to 5.
  mutating func integers(_ shape: Shape) -> TensorValue {
    TensorValue((0..<shape.elementCount).map { _ in Int64(generator.int(-5...5)) }, shape: shape)
  }

  /// Booleans of both values.
  mutating func booleans(_ shape: Shape) -> TensorValue {
    TensorValue((0..<shape.elementCount).map { _ in generator.oneIn(2) }, shape: shape)
  }

  private mutating func spaced(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
    (0..<count).shuffled(using: &generator).map { low + (high - low) * (Double($0) + 0.5) / Double(count) }
  }
}
