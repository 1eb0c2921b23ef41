/// The nearest of many samples to each of a few, found in one pass over them.
public struct NearestNeighbours: Sendable {
  private let points: SampleMatrix
  /// The number of the nearest sample to each point; nil before there are any.
  public private(set) var nearest: [Int?]
  /// The squared distance to it.
  public private(set) var squaredDistances: [Double]

  /// Neighbours of these points.
  public init(of points: SampleMatrix) {
    self.points = points
    nearest = Array(repeating: nil, count: points.count)
    squaredDistances = Array(repeating: .infinity, count: points.count)
  }

  /// Compares the points with further samples.
  ///
  /// - Parameters:
  ///   - samples: samples of the points' width.
  ///   - first: the number of the first of them. Of samples at equal distances the earlier one stays.
  public mutating func add(_ samples: SampleMatrix, first: Int) {
    precondition(samples.width == points.width, "\(samples.width) numbers near \(points.width)")
    let distances = SquaredDistances(to: samples)
    var (nearest, squaredDistances) = (nearest, squaredDistances)
    distances.forEachRow(of: points) { row, distances in
      for (index, distance) in distances.enumerated() where distance < squaredDistances[row] {
        (nearest[row], squaredDistances[row]) = (first + index, distance)
      }
    }
    (self.nearest, self.squaredDistances) = (nearest, squaredDistances)
  }
}
