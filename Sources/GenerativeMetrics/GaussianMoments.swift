import Autograd
import GraphIR

/// The mean and the covariance of samples: the normal distribution that has them.
public struct GaussianMoments: Sendable {
  /// The mean of each column, [d].
  public let mean: [Double]
  /// The covariance with N − 1 in the denominator, [d, d].
  public let covariance: [Double]

  /// The moments of at least two samples.
  public init(_ samples: SampleMatrix) {
    precondition(samples.count >= 2, "a covariance needs two samples, found \(samples.count)")
    let mean = samples.mean
    self.mean = mean
    covariance = noGrad {
      var sum = Tensor.zeros([samples.width, samples.width], dtype: .float64)
      for rows in samples.blocks() {
        let centered = samples.tensor(rows, minus: mean)
        sum = sum + centered.transposed().matmul(centered)
      }
      return (sum / Double(samples.count - 1)).value.elements()
    }
  }

  /// The squared Fréchet distance of two normal distributions, FID for features of images:
  /// ‖μ₁ − μ₂‖² + Tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½).
  ///
  /// The last term is Tr((Σ₁^½ Σ₂ Σ₁^½)^½), which has the same eigenvalues and is symmetric. Source: Heusel, Ramsauer,
  /// Unterthiner, Nessler, Hochreiter, arXiv:1706.08500, equation 6; Dowson and Landau, "The Fréchet distance between
  /// multivariate normal distributions", 1982.
  ///
  /// - Returns: the distance, at least 0: a negative rounding error counts as 0.
  public func frechetDistance(to other: GaussianMoments) -> Double {
    let order = mean.count
    precondition(other.mean.count == order, "moments of \(order) and \(other.mean.count) numbers")
    let (trace, otherTrace) = (self.trace, other.trace)
    let shift = zip(mean, other.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let product: [Double] = noGrad {
      let root = SymmetricEigen(covariance, order: order, hasVectors: true).squareRoot
      let middle = Tensor(TensorValue(other.covariance, shape: [order, order]))
      return root.matmul(middle).matmul(root).value.elements()
    }
    let shared = SymmetricEigen(product, order: order, hasVectors: false).values.reduce(0) { $0 + $1.squareRoot() }
    return max(0, shift + trace + otherTrace - 2 * shared)
  }

  private var trace: Double { mean.indices.reduce(0) { $0 + covariance[$1 * (mean.count + 1)] } }
}
