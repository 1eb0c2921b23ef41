import GenerativeMetrics
import GraphIR
import Testing

/// Random parts of metrics: directions, subsets and intervals. All are functions of a seed.
@Suite struct IntervalTests {
  private func normal(_ count: Int, width: Int, seed: UInt64, shift: Float = 0) -> SampleMatrix {
    var stream = RandomStream(seed: seed, name: "samples")
    return SampleMatrix(stream.normal(count * width).map { $0 + shift }, width: width)
  }

  @Test func theIntervalOfAMeanIsThatOfTheNormalDistribution() throws {
    let values = normal(400, width: 1, seed: 3).values.map(Double.init)
    let estimate = MetricEstimate(meanOf: values, seed: 1)
    let mean = values.reduce(0, +) / 400
    let error = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400 / 400).squareRoot()
    let interval = try #require(estimate.interval)
    #expect(abs(estimate.value - mean) < 1e-12)
    for (bound, expected) in zip(interval, [mean - 1.96 * error, mean + 1.96 * error]) {
      #expect(abs(bound - expected) < 0.25 * error, "\(interval)")
    }
    #expect(MetricEstimate(meanOf: values, seed: 1) == estimate)
    #expect(MetricEstimate(meanOf: values, seed: 2).interval != interval)
    #expect(MetricEstimate(meanOf: [2.5], seed: 1) == MetricEstimate(value: 2.5))
  }

  /// For two sets of n draws of a standard normal distribution in d dimensions, the squared distance of the means is
  /// near 2d / n, and a quarter of that of the covariances, which is that of their roots, near d (d + 1) / (2n).
  @Test func theFrechetIntervalHoldsTheDistance() throws {
    let (d, n) = (8.0, 600.0)
    let (first, second) = (normal(600, width: 8, seed: 1), normal(600, width: 8, seed: 2))
    let estimate = Bootstrap.frechetDistance(first, second, seed: 5)
    let expected = d * (d + 1) / (2 * n) + 2 * d / n
    #expect(abs(estimate.value - expected) < 0.4 * expected, "\(estimate.value), expected about \(expected)")
    let interval = try #require(estimate.interval)
    #expect(interval[0] < estimate.value && estimate.value < interval[1] && interval[0] >= 0)
    #expect(Bootstrap.frechetDistance(first, second, seed: 5) == estimate)
    let wide = normal(3, width: Bootstrap.frechetWidth + 1, seed: 1)
    #expect(Bootstrap.frechetDistance(wide, wide, seed: 5).interval == nil)
  }

  @Test func subsetsAreDrawnWithoutReplacement() {
    var stream = RandomStream(seed: 7, name: "subset")
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<2000 {
      let subset = stream.subset(4, of: 10)
      #expect(Set(subset).count == 4)
      for index in subset { counts[index] += 1 }
    }
    // Each number is in two fifths of the subsets.
    for count in counts { #expect(abs(count - 800) < 110, "\(counts)") }
    #expect(stream.subset(10, of: 10).sorted() == Array(0..<10) && stream.subset(0, of: 3).isEmpty)
  }

  @Test func theKernelDistanceOfSubsetsIsUnbiased() throws {
    let (first, second) = (normal(300, width: 4, seed: 1), normal(280, width: 4, seed: 2, shift: 0.3))
    let whole = KernelDistance.unbiased(first, second)
    let estimate = KernelDistance.estimate(first, second, subsets: 60, size: 100, seed: 3)
    let interval = try #require(estimate.interval)
    #expect(abs(estimate.value - whole) < 2 * (interval[1] - interval[0]))
    #expect(interval[0] < estimate.value && estimate.value < interval[1])
    #expect(KernelDistance.estimate(first, first, subsets: 60, size: 300, seed: 3).interval == nil)
    #expect(KernelDistance.estimate(first, second, subsets: 60, size: 100, seed: 3) == estimate)
  }

  @Test func directionsAreEvenlySpread() {
    let directions = SlicedWasserstein.directions(400, width: 5, seed: 9)
    for row in 0..<400 {
      let norm = directions.rows([row]).values.reduce(0) { $0 + Double($1) * Double($1) }
      #expect(abs(norm - 1) < 1e-6)
    }
    // Cov = I / width on the sphere.
    let moments = GaussianMoments(directions)
    for row in 0..<5 {
      for column in 0..<5 {
        #expect(abs(moments.covariance[row * 5 + column] - (row == column ? 0.2 : 0)) < 0.05)
      }
    }
    #expect(SlicedWasserstein.directions(400, width: 5, seed: 9) == directions)
    #expect(SlicedWasserstein.directions(400, width: 5, seed: 10) != directions)
  }

  @Test func aShiftMovesTheSlicedDistance() throws {
    let first = normal(500, width: 1, seed: 1)
    let shifted = SampleMatrix(first.values.map { $0 + 3 }, width: 1)
    let line = SlicedWasserstein.estimate(first, shifted, seed: 0)
    #expect(abs(line.value - 3) < 1e-5 && line.interval == nil)
    let plane = SlicedWasserstein.estimate(
      normal(500, width: 2, seed: 1), normal(400, width: 2, seed: 2, shift: 3), seed: 0)
    // The mean of |cos| times the length of the shift.
    #expect(abs(plane.value - 2 / Double.pi * 3 * 2.0.squareRoot()) < 0.2, "\(plane.value)")
    #expect(plane.interval.map { $0[0] < plane.value && plane.value < $0[1] } == true)
  }

  /// Sums over more rows than a block holds.
  @Test func blocksAreConcatenated() {
    let samples = normal(2100, width: 2, seed: 4)
    let moments = GaussianMoments(samples)
    let rows = (0..<2100).map { (Double(samples.values[2 * $0]), Double(samples.values[2 * $0 + 1])) }
    let mean = rows.reduce((0.0, 0.0)) { ($0.0 + $1.0 / 2100, $0.1 + $1.1 / 2100) }
    let covariance = rows.reduce(0.0) { $0 + ($1.0 - mean.0) * ($1.1 - mean.1) } / 2099
    #expect(abs(moments.covariance[1] - covariance) < 1e-12 && moments.covariance[2] == moments.covariance[1])
    let line = SampleMatrix((0..<1203).map { Float($0) }, width: 1)
    let found = PrecisionRecall(real: line, generated: SampleMatrix((0..<1100).map { Float($0) + 104.5 }, width: 1))
    // The last ball of the real samples ends at 1205, and the first one of the generated samples begins at 101.5.
    #expect(found.isRealistic.count { $0 } == 1100 && found.isCovered.count { $0 } == 1203 - 102)
  }
}
