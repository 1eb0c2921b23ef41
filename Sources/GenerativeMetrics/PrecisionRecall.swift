/// Improved precision and recall of generated samples.
///
/// The region of a set of samples is the union of balls around them. A ball's radius is the distance to the sample's
/// k-th neighbour in the set. Precision is the share of generated samples in the region of real ones, and recall the
/// share of real samples in the region of generated ones.
///
/// Source: Kynkäänniemi, Karras, Laine, Lehtinen, Aila, arXiv:1904.06991, equations 1 and 2.
public struct PrecisionRecall: Sendable {
  /// The paper's number of neighbours, k.
  public static let neighbours = 3

  /// Whether each generated sample is in the region of real ones.
  public let isRealistic: [Bool]
  /// Whether each real sample is in the region of generated ones.
  public let isCovered: [Bool]

  /// The share of generated samples in the region of real ones.
  public var precision: Double { Self.share(isRealistic) }
  /// The share of real samples in the region of generated ones.
  public var recall: Double { Self.share(isCovered) }

  /// - Parameters:
  ///   - real: more than `neighbours` samples, or their features.
  ///   - generated: more than `neighbours` samples of the same width.
  ///   - neighbours: k, by default 3.
  public init(real: SampleMatrix, generated: SampleMatrix, neighbours: Int = neighbours) {
    precondition(
      min(real.count, generated.count) > neighbours && neighbours >= 1,
      "\(real.count) and \(generated.count) samples, expected more than \(neighbours)")
    isRealistic = Self.places(of: generated, in: real, neighbours)
    isCovered = Self.places(of: real, in: generated, neighbours)
  }

  private static func places(of points: SampleMatrix, in support: SampleMatrix, _ neighbours: Int) -> [Bool] {
    let distances = SquaredDistances(to: support)
    var radii = [Double](repeating: 0, count: support.count)
    distances.forEachRow(of: support) { row, distances in
      radii[row] = nearest(neighbours, of: distances, except: row)
    }
    var isInside = [Bool](repeating: false, count: points.count)
    distances.forEachRow(of: points) { row, distances in
      isInside[row] = distances.indices.contains { distances[$0] <= radii[$0] }
    }
    return isInside
  }

  /// The `place`-th smallest distance, from 1, without that of the row itself.
  private static func nearest(_ place: Int, of distances: [Double], except own: Int) -> Double {
    var smallest = [Double](repeating: .infinity, count: place)
    for (index, distance) in distances.enumerated() where index != own && distance < smallest[place - 1] {
      var slot = place - 1
      while slot > 0, smallest[slot - 1] > distance {
        smallest[slot] = smallest[slot - 1]
        slot -= 1
      }
      smallest[slot] = distance
    }
    return smallest[place - 1]
  }

  private static func share(_ flags: [Bool]) -> Double { Double(flags.count { $0 }) / Double(flags.count) }
}
