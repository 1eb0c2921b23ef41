/// Mean and variance of all rows so far, column by column.
///
/// Both start as if 10⁻⁴ rows with mean 0 and variance 1 had been included. `Real` is their type. The moments of a
/// batch are computed in float32 and in NumPy's order of operations.
///
/// Source: Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979.
/// The order of operations is that of Gymnasium's `RunningMeanStd`.
public struct RunningMoments<Real: BinaryFloatingPoint & Sendable>: Equatable, Sendable {
  /// The mean of each column.
  public private(set) var mean: [Real]
  /// The variance of each column, with the number of rows in the denominator.
  public private(set) var variance: [Real]
  /// The number of rows so far.
  public private(set) var count = 1e-4

  /// Creates the moments of rows with `width` columns, without any row.
  public init(width: Int) {
    mean = [Real](repeating: 0, count: width)
    variance = [Real](repeating: 1, count: width)
  }

  /// Includes rows, concatenated; at least one.
  public mutating func update(with rows: [Float]) {
    let width = mean.count
    let rowCount = rows.count / width
    precondition(rowCount > 0 && rows.count.isMultiple(of: width), "expected rows of \(width), found \(rows.count)")
    let total = count + Double(rowCount)
    for column in 0..<width {
      let sum = Self.sum(rowCount, width) { rows[$0 * width + column] }
      let batchMean = sum / Float(rowCount)
      let squares = Self.sum(rowCount, width) {
        let deviation = rows[$0 * width + column] - batchMean
        return deviation * deviation
      }
      let batchVariance = squares / Float(rowCount)

      let delta = Real(batchMean) - mean[column]
      mean[column] += delta * Real(rowCount) / Real(total)
      let between = delta * delta * Real(count) * Real(rowCount) / Real(total)
      let within = variance[column] * Real(count) + Real(batchVariance * Float(rowCount))
      variance[column] = (within + between) / Real(total)
    }
    count = total
  }

  /// The sum of a column in NumPy's order: row by row for a matrix, pairwise for a single column.
  private static func sum(_ count: Int, _ width: Int, _ element: (Int) -> Float) -> Float {
    width == 1 ? NumPy.sum(0..<count, element) : (1..<count).reduce(element(0)) { $0 + element($1) }
  }

  /// The moments saved under a name, by `arrays(_:)`.
  init(_ name: String, width: Int, in state: EnvironmentState) throws(EnvironmentError) {
    if Real.self == Float.self {
      mean = try state.float32("\(name)/mean", count: width).map { Real($0) }
      variance = try state.float32("\(name)/variance", count: width).map { Real($0) }
    } else {
      mean = try state.float64("\(name)/mean", count: width).map { Real($0) }
      variance = try state.float64("\(name)/variance", count: width).map { Real($0) }
    }
    count = try state.float64("\(name)/count", count: 1)[0]
    guard variance.allSatisfy({ $0 >= 0 }), count > 0 else {
      throw EnvironmentError(
        .invalidState,
        "a saved state's moments '\(name)': expected variances of at least 0 and a count above 0,"
          + " found \(variance) and \(count)")
    }
  }

  /// The moments as arrays of a state.
  func arrays(_ name: String) -> [String: EnvironmentState.Values] {
    func values(_ numbers: [Real]) -> EnvironmentState.Values {
      Real.self == Float.self ? .float32(numbers.map { Float($0) }) : .float64(numbers.map { Double($0) })
    }
    return [
      "\(name)/mean": values(mean), "\(name)/variance": values(variance), "\(name)/count": .float64([count]),
    ]
  }
}
