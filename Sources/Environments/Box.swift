/// The float32 vectors within inclusive bounds, which may be infinite.
public struct Box: Equatable, Sendable, CustomStringConvertible {
  /// The least value of each element.
  public let low: [Float]
  /// The greatest value of each element.
  public let high: [Float]

  /// Creates a box from bounds of equal length.
  public init(low: [Float], high: [Float]) {
    precondition(low.count == high.count, "expected \(low.count) upper bounds of a box, found \(high.count)")
    precondition(zip(low, high).allSatisfy(<=), "a lower bound of \(low) is above its upper bound in \(high)")
    self.low = low
    self.high = high
  }

  /// The box in words, for example `vectors of 2 numbers from [-1, -inf] to [1, inf]`.
  public var description: String {
    func list(_ bounds: [Float]) -> String {
      let texts = bounds.prefix(4).map { $0 == $0.rounded() && abs($0) < 1e6 ? "\(Int($0))" : "\($0)" }
      return "[" + (texts + (bounds.count > 4 ? ["…"] : [])).joined(separator: ", ") + "]"
    }
    return "vectors of \(count) \(count == 1 ? "number" : "numbers") from \(list(low)) to \(list(high))"
  }

  /// The number of elements of a vector.
  public var count: Int { low.count }

  /// Whether a vector has the right length and lies within the bounds.
  public func contains(_ values: some Collection<Float>) -> Bool {
    values.count == count && zip(values, zip(low, high)).allSatisfy { $1.0 <= $0 && $0 <= $1.1 }
  }

  /// The concatenations of `count` vectors.
  public func repeated(_ count: Int) -> Box {
    func all(_ bounds: [Float]) -> [Float] { (0..<count).flatMap { _ in bounds } }
    return Box(low: all(low), high: all(high))
  }

  /// The nearest value within an element's bounds; NaN stays.
  func clamp(_ value: Float, at index: Int) -> Float { min(max(value, low[index]), high[index]) }
}
