/// A part of an observation of Gymnasium that is a space of its own, with its place in the flat observation.
///
/// The flat observation has the elements and the order of `gymnasium.spaces.flatten`.
public struct ObservationPart: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The kinds of spaces, by Gymnasium's names.
  public enum Space: String, Sendable, Codable {
    /// An array of numbers.
    case box = "Box"
    /// An integer, flattened to a one-hot row.
    case discrete = "Discrete"
    /// An array of integers, each flattened to a one-hot row.
    case multiDiscrete = "MultiDiscrete"
    /// An array of 0 and 1.
    case multiBinary = "MultiBinary"
  }

  /// The keys of `Dict` and the indices of `Tuple` that lead to the part; empty for an observation without parts.
  public let path: [String]
  /// The kind of space.
  public let space: Space
  /// The index of the part's first element in the flat observation.
  public let first: Int
  /// The number of the part's elements in the flat observation.
  public let count: Int
  /// The shape of the part's value; empty for a number.
  public let shape: [Int]
  /// The name of NumPy's type of the part's value, such as `uint8`.
  public let dtype: String
  /// The number of values of each integer, in row-major order; nil for other spaces.
  public let counts: [Int]?
  /// The least value of each integer; nil for other spaces.
  public let starts: [Int]?

  /// The indices of the part's elements in the flat observation.
  public var places: Range<Int> { first..<first + count }

  /// For example `arm/speed: Box [2, 3]`, or `Discrete [4] from [0]`.
  public var description: String {
    let values = counts.map { "\($0) from \(starts ?? [])" } ?? "\(shape)"
    return (path.isEmpty ? "" : path.joined(separator: "/") + ": ") + "\(space.rawValue) \(values)"
  }
}
