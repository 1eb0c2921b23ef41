import Autograd
import GraphIR

/// The kernel distance of two sets of samples, KID for features of images: the unbiased estimate of MMD² with the
/// kernel (xᵀy / d + 1)³.
///
/// Source: Bińkowski, Sutherland, Arbel, Gretton, arXiv:1801.01401, section 4; equation 3 of Gretton et al., "A Kernel
/// Two-Sample Test", 2012, for the estimate.
public enum KernelDistance {
  /// The usual number of subsets.
  public static let subsets = 100
  /// The usual number of samples in a subset.
  public static let subsetSize = 1000

  /// The unbiased estimate from all samples. It can be negative.
  ///
  /// - Parameters:
  ///   - first: at least two samples.
  ///   - second: at least two samples of the same width.
  public static func unbiased(_ first: SampleMatrix, _ second: SampleMatrix) -> Double {
    precondition(first.width == second.width, "samples of \(first.width) and \(second.width) numbers")
    precondition(first.count >= 2 && second.count >= 2, "the kernel distance needs two samples of each")
    let (m, n) = (Double(first.count), Double(second.count))
    return sum(first, first, skipsDiagonal: true) / (m * (m - 1)) + sum(second, second, skipsDiagonal: true)
      / (n * (n - 1)) - 2 * sum(first, second, skipsDiagonal: false) / (m * n)
  }

  /// The mean of the estimates from random subsets, each drawn without replacement.
  ///
  /// - Parameters:
  ///   - first: at least two samples.
  ///   - second: at least two samples of the same width.
  ///   - subsets: the number of subsets, by default 100. One is enough if they hold all samples.
  ///   - size: the samples of a subset, by default 1000 or as many as there are.
  ///   - seed: the seed of the subsets and of the interval.
  /// - Returns: the mean, and its interval over the subsets if there are several.
  public static func estimate(
    _ first: SampleMatrix, _ second: SampleMatrix, subsets: Int = subsets, size: Int = subsetSize, seed: UInt64
  ) -> MetricEstimate {
    let size = min(size, first.count, second.count)
    guard size < max(first.count, second.count) else { return MetricEstimate(value: unbiased(first, second)) }
    var stream = RandomStream(seed: seed, name: "kernel-subsets")
    let values = (0..<subsets).map { _ in
      unbiased(
        first.rows(stream.subset(size, of: first.count)), second.rows(stream.subset(size, of: second.count)))
    }
    return MetricEstimate(meanOf: values, seed: seed)
  }

  /// The sum of the kernel over all pairs of rows, or over those of different rows.
  private static func sum(_ first: SampleMatrix, _ second: SampleMatrix, skipsDiagonal: Bool) -> Double {
    let columns = noGrad { second.tensor().transposed() }
    var sum = 0.0
    for rows in first.blocks() {
      let products = noGrad { first.tensor(rows).matmul(columns) }.value
      products.withElements(of: Double.self) { products in
        for (place, row) in rows.enumerated() {
          for column in 0..<second.count where !(skipsDiagonal && row == column) {
            let base = products[place * second.count + column] / Double(first.width) + 1
            sum += base * base * base
          }
        }
      }
    }
    return sum
  }
}

extension RandomStream {
  /// Draws `size` different numbers of `0..<count`, in a random order.
  public mutating func subset(_ size: Int, of count: Int) -> [Int] {
    var order = Array(0..<count)
    for (place, word) in words(size).enumerated() {
      // 32 random bits times at most 2³¹ places: the bias is below 2⁻³² times the number of places.
      let other = place + Int((UInt64(word) * UInt64(count - place)) >> 32)
      order.swapAt(place, other)
    }
    return Array(order[..<size])
  }
}
