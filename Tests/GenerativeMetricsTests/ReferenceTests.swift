import GenerativeMetrics
import TestSupport
import Testing

/// Metrics of small arrays of all kinds, compared with NumPy and SciPy (`make_generative_metrics.py`).
@Suite struct ReferenceTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let width: Int
    let first, second, directions: [Float]
    let mean, covariance, sliced: [Double]
    let frechet, kernel, precision, recall: Double
    let neighbours: [Int]
    var testDescription: String { name }
    var sets: (SampleMatrix, SampleMatrix) { (SampleMatrix(first, width: width), SampleMatrix(second, width: width)) }
  }
  private struct File: Decodable { let cases: [Case] }
  private static let cases = (try? Fixtures.load("generative_metrics.json", as: File.self).cases) ?? []

  private func isNear(_ found: Double, _ expected: Double, _ tolerance: Double = 1e-6) -> Bool {
    abs(found - expected) <= tolerance * max(1, abs(expected))
  }

  @Test func thereAreCases() { #expect(Self.cases.count == 13) }

  @Test(arguments: cases) func theMomentsAreNumPys(_ example: Case) {
    let moments = GaussianMoments(example.sets.0)
    for (found, expected) in zip(moments.mean, example.mean) { #expect(isNear(found, expected, 1e-12)) }
    #expect(moments.covariance.count == example.covariance.count)
    for (found, expected) in zip(moments.covariance, example.covariance) { #expect(isNear(found, expected, 1e-11)) }
  }

  @Test(arguments: cases) func theFrechetDistanceIsSciPys(_ example: Case) {
    let (first, second) = example.sets
    let (own, other) = (GaussianMoments(first), GaussianMoments(second))
    let distance = own.frechetDistance(to: other)
    #expect(isNear(distance, example.frechet, 1e-10), "\(distance), expected \(example.frechet)")
    #expect(isNear(other.frechetDistance(to: own), example.frechet, 1e-10))
    if example.first == example.second { #expect((0..<1e-9).contains(distance), "\(distance)") }
  }

  @Test(arguments: cases) func theKernelDistanceIsNumPys(_ example: Case) {
    let (first, second) = example.sets
    #expect(isNear(KernelDistance.unbiased(first, second), example.kernel))
    #expect(isNear(KernelDistance.unbiased(second, first), example.kernel))
  }

  @Test(arguments: cases) func precisionAndRecallAreSciPys(_ example: Case) {
    let (first, second) = example.sets
    let found = PrecisionRecall(real: first, generated: second)
    #expect(found.precision == example.precision && found.recall == example.recall)
    #expect(found.isRealistic.count == second.count && found.isCovered.count == first.count)
  }

  @Test(arguments: cases) func theSlicedDistancesAreSciPys(_ example: Case) {
    let (first, second) = example.sets
    let directions = SampleMatrix(example.directions, width: example.width)
    let distances = SlicedWasserstein.distances(first, second, along: directions)
    #expect(distances.count == example.sliced.count)
    for (found, expected) in zip(distances, example.sliced) { #expect(isNear(found, expected, 1e-9)) }
    if example.first == example.second { #expect(distances.allSatisfy { $0 == 0 }) }
  }

  @Test(arguments: cases) func theNeighboursAreSciPys(_ example: Case) {
    let (first, second) = example.sets
    var whole = NearestNeighbours(of: second)
    whole.add(first, first: 0)
    // In parts, the result is the same.
    var parts = NearestNeighbours(of: second)
    for start in stride(from: 0, to: first.count, by: 3) {
      parts.add(first.rows(start..<min(start + 3, first.count)), first: start)
    }
    for (point, expected) in example.neighbours.enumerated() {
      // Repeated samples are equally near.
      let nearest = [whole, parts].map { first.rows([$0.nearest[point] ?? 0]) }
      #expect(nearest == [first.rows([expected]), first.rows([expected])], "row \(point)")
    }
  }
}
