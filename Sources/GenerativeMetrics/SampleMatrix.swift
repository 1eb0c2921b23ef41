import Autograd
import GraphIR

/// Samples, or their features, as the rows of a matrix.
public struct SampleMatrix: Sendable, Equatable {
  /// The elements in row-major order, [``count``, ``width``].
  public let values: [Float]
  /// The number of rows.
  public let count: Int
  /// The number of columns.
  public let width: Int

  /// A matrix of `width` columns, at least 1.
  public init(_ values: [Float], width: Int) {
    precondition(
      width >= 1 && values.count.isMultiple(of: width), "\(values.count) values do not fill rows of \(width)")
    self.values = values
    self.width = width
    count = values.count / width
  }

  /// The matrix of some rows, repetitions allowed.
  public func rows(_ indices: some Collection<Int>) -> SampleMatrix {
    var chosen: [Float] = []
    chosen.reserveCapacity(indices.count * width)
    for index in indices { chosen += values[index * width..<(index + 1) * width] }
    return SampleMatrix(chosen, width: width)
  }

  /// Whether no element is NaN or infinite, which all metrics require.
  public var isFinite: Bool { values.allSatisfy(\.isFinite) }

  /// The mean of each column. Requires a row.
  var mean: [Double] {
    precondition(count >= 1, "the mean needs a row")
    var sums = [Double](repeating: 0, count: width)
    for row in 0..<count {
      for column in 0..<width { sums[column] += Double(values[row * width + column]) }
    }
    return sums.map { $0 / Double(count) }
  }

  /// Some rows minus a vector, as float64 [rows.count, ``width``].
  func tensor(_ rows: Range<Int>? = nil, minus center: [Double]? = nil) -> Tensor {
    let rows = rows ?? 0..<count
    let value = TensorValue(uninitialized: TensorType(.float64, [rows.count, width]))
    value.withMutableElements(of: Double.self) { numbers in
      for (place, index) in (rows.lowerBound * width..<rows.upperBound * width).enumerated() {
        numbers[place] = Double(values[index]) - (center.map { $0[place % width] } ?? 0)
      }
    }
    return Tensor(value)
  }

  /// The ranges of rows of at most `size`, to bound the memory of products.
  func blocks(of size: Int = 1000) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }
}
