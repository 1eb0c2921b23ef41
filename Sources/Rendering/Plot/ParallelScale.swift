/// The places of the values of one of several parallel axes, from 0 at its lower end to 1.
struct ParallelScale {
  /// The marked places with their labels.
  let ticks: [(position: Double, label: String)]
  private let range: AxisRange?
  private let categories: [String: Double]

  /// The scale of some values in any order.
  init(_ values: [String]) {
    let numbers = values.compactMap { Double($0) }.filter(\.isFinite)
    guard numbers.count == values.count, let low = numbers.min(), let high = numbers.max() else {
      let different = Set(values).sorted()
      let places = different.indices.map { (Double($0) + 0.5) / Double(different.count) }
      range = nil
      categories = Dictionary(uniqueKeysWithValues: zip(different, places))
      ticks = zip(places, different).map { ($0, $1) }
      return
    }
    let range = AxisRange(numbers, scale: low > 0 && high / low >= 100 ? .logarithmic : .linear, margin: 0.04)
    let marks = AxisTicks(range, count: 6)
    (self.range, categories) = (range, [:])
    ticks = zip(marks.values, marks.labels).compactMap { value, label in
      range.position(of: value).map { ($0, label) }
    }
  }

  /// The place of a value; nil for one that the scale does not have.
  func position(_ value: String) -> Double? {
    guard let range else { return categories[value] }
    return Double(value).flatMap(range.position)
  }
}
