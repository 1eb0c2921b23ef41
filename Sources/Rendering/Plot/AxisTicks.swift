import Foundation

/// The marked values of an axis with their labels.
public struct AxisTicks: Hashable, Sendable {
  /// The values, in ascending order, within the range.
  public let values: [Double]
  /// A label for each value.
  public let labels: [String]

  /// Ticks at round values.
  ///
  /// - Parameters:
  ///   - range: the values of the axis.
  ///   - count: the desired number of ticks, at least 2.
  public init(_ range: AxisRange, count: Int) {
    let count = max(count, 2)
    switch range.scale {
    case .linear: (values, labels) = Self.linear(range.low, range.high, count)
    case .logarithmic: (values, labels) = Self.logarithmic(range, count)
    case .time: (values, labels) = TimeTicks.ticks(range.low, range.high, count)
    }
  }

  private static func linear(_ low: Double, _ high: Double, _ count: Int) -> ([Double], [String]) {
    // Squares of larger and smaller numbers are not finite, or 0.
    let size = max(abs(low), abs(high))
    let shift = size > 1e100 ? -200 : size < 1e-100 ? 200 : 0
    let factor = pow(10, Double(shift))
    let steps = RoundSteps(low * factor, high * factor, count: count)
    // The smallest numbers have no values between them: several ticks may be one number.
    let inside = steps.values.map { $0 / factor }.filter { $0 >= low && $0 <= high }.reduce(into: [Double]()) {
      if $0.last != $1 { $0.append($1) }
    }
    return (inside, NumberLabels.labels(inside, decimals: steps.decimals + shift))
  }

  /// The values 1, 2 and 5 times powers of ten; only some powers of ten if these are too many; the ticks of a linear
  /// axis if these are too few.
  private static func logarithmic(_ range: AxisRange, _ count: Int) -> ([Double], [String]) {
    let exponents = Int(log10(range.low).rounded(.down))...Int(log10(range.high).rounded(.up))
    func values(_ mantissas: [Int], every stride: Int = 1) -> [Double] {
      exponents.filter { $0 % stride == 0 }.flatMap { exponent in
        mantissas.compactMap { Double("\($0)e\(exponent)") }
      }.filter { $0 > 0 && $0 >= range.low && $0 <= range.high }
    }
    let fine = values([1, 2, 5])
    guard fine.count >= 3 else { return linear(range.low, range.high, count) }
    if fine.count <= count * 3 / 2 { return (fine, NumberLabels.ofPowers(fine)) }
    let decades = values([1])
    let stride = max(1, (decades.count + count - 1) / count)
    let shown = values([1], every: stride)
    return (shown, NumberLabels.ofPowers(shown))
  }
}
