/// The original scale of data: original value = value in training · factor + offset.
public struct Scaling: Sendable, Hashable, Codable {
  /// One factor for all elements, or one for each extent of the sample's first axis.
  public let factors: [Double]
  /// As many offsets.
  public let offsets: [Double]

  /// A scaling with as many offsets as factors.
  public init(factors: [Double], offsets: [Double]) {
    precondition(factors.count == offsets.count && !factors.isEmpty, "expected as many offsets as factors")
    (self.factors, self.offsets) = (factors, offsets)
  }

  /// Maps `low` to -1 and `high` to 1.
  init(low: Double, high: Double) { self.init(factors: [(high - low) / 2], offsets: [(high + low) / 2]) }

  /// Scales samples in place.
  ///
  /// - Parameters:
  ///   - samples: the samples, one after the other.
  ///   - shape: the shape of a sample.
  public func apply(to samples: inout [Float], shape: [Int]) {
    change(&samples, shape) { number, factor, offset in (number - offset) / factor }
  }

  /// Changes samples to the original scale, in place.
  ///
  /// - Parameters:
  ///   - samples: the samples, one after the other.
  ///   - shape: the shape of a sample.
  public func undo(on samples: inout [Float], shape: [Int]) {
    change(&samples, shape) { number, factor, offset in number * factor + offset }
  }

  private func change(_ samples: inout [Float], _ shape: [Int], _ new: (Double, Double, Double) -> Double) {
    let size = shape.reduce(1, *)
    let inner = factors.count == 1 ? size : size / factors.count
    for index in samples.indices {
      let part = index % size / inner
      samples[index] = Float(new(Double(samples[index]), factors[part], offsets[part]))
    }
  }
}
