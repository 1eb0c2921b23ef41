import Autograd
import GraphIR

/// The sliced Wasserstein distance of two sets of samples: the mean, over random directions, of the distance W₁ of
/// their projections. It needs no features.
///
/// Source: Rabin, Peyré, Delon, Bernot, "Wasserstein Barycenter and its Application to Texture Mixing", 2011; Bonneel,
/// Rabin, Peyré, Pfister, "Sliced and Radon Wasserstein Barycenters of Measures", 2015.
public enum SlicedWasserstein {
  /// The usual number of directions.
  public static let directions = 512

  /// Random directions: normal draws of norm 1, one in each row.
  ///
  /// - Parameters:
  ///   - count: the number of directions.
  ///   - width: the numbers of a sample.
  ///   - seed: the seed of the draws.
  public static func directions(_ count: Int = directions, width: Int, seed: UInt64) -> SampleMatrix {
    var stream = RandomStream(seed: seed, name: "directions")
    var values = stream.normal(count * width)
    for row in 0..<count {
      let range = row * width..<(row + 1) * width
      let norm = values[range].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      for index in range { values[index] = Float(Double(values[index]) / norm) }
    }
    return SampleMatrix(values, width: width)
  }

  /// The distance along each direction.
  public static func distances(
    _ first: SampleMatrix, _ second: SampleMatrix, along directions: SampleMatrix
  ) -> [Double] {
    let (own, other) = (projections(of: first, on: directions), projections(of: second, on: directions))
    return zip(own, other).map { distance($0.sorted(), $1.sorted()) }
  }

  /// The mean distance over random directions, with its interval over them.
  ///
  /// - Parameters:
  ///   - first: at least one sample.
  ///   - second: at least one sample of the same width.
  ///   - seed: the seed of the directions and of the interval.
  public static func estimate(_ first: SampleMatrix, _ second: SampleMatrix, seed: UInt64) -> MetricEstimate {
    // In one dimension all directions are the same.
    let count = first.width == 1 ? 1 : directions
    let values = distances(first, second, along: directions(count, width: first.width, seed: seed))
    return MetricEstimate(meanOf: values, seed: seed)
  }

  /// The distance W₁ of two distributions on a line: the area between their distribution functions.
  ///
  /// - Parameters:
  ///   - first: samples, ascending, each of the same weight.
  ///   - second: samples, ascending; their number may differ.
  static func distance(_ first: [Double], _ second: [Double]) -> Double {
    var (i, j, area) = (0, 0, 0.0)
    var last = min(first[0], second[0])
    while i < first.count || j < second.count {
      let next = min(i < first.count ? first[i] : .infinity, j < second.count ? second[j] : .infinity)
      // Whole numbers: equal shares have a difference of exactly 0.
      area += Double(abs(i * second.count - j * first.count)) * (next - last)
      while i < first.count, first[i] == next { i += 1 }
      while j < second.count, second[j] == next { j += 1 }
      last = next
    }
    return area / (Double(first.count) * Double(second.count))
  }

  /// The projections on each direction.
  private static func projections(of samples: SampleMatrix, on directions: SampleMatrix) -> [[Double]] {
    precondition(samples.count >= 1, "the distance needs a sample")
    precondition(samples.width == directions.width, "\(samples.width) numbers along \(directions.width)")
    var result = [[Double]](repeating: [], count: directions.count)
    let lines = directions.tensor()
    for rows in samples.blocks() {
      let products = noGrad { lines.matmul(samples.tensor(rows).transposed()) }.value
      products.withElements(of: Double.self) { products in
        for direction in result.indices {
          result[direction] += products[direction * rows.count..<(direction + 1) * rows.count]
        }
      }
    }
    return result
  }
}
