/// What padding puts around the elements of an axis.
public enum PadMode: String, CaseIterable, Sendable {
  case constant, reflect, edge, wrap

  /// The elements of an axis that padding by `before` and `after` reads, each by its place in it, for a mode other than
  /// `constant`. Negative numbers take elements away, and what is left is padded.
  ///
  /// Requires at least one element to be left.
  public func sources(of extent: Int, before: Int, after: Int) -> [Int] {
    let first = max(0, -before)
    let count = extent - first - max(0, -after)
    return (-max(0, before)..<(count + max(0, after))).map { first + source(of: $0, among: count) }
  }

  /// Where the element at `position`, which may be outside, comes from.
  private func source(of position: Int, among count: Int) -> Int {
    func modulo(_ period: Int) -> Int { (position % period + period) % period }
    switch self {
    case .constant, .edge: return min(max(position, 0), count - 1)
    case .wrap: return modulo(count)
    case .reflect:
      let place = modulo(max(2 * (count - 1), 1))
      return min(place, 2 * (count - 1) - place)
    }
  }
}

/// The padding of every axis, as a call of Pad says it.
public struct Padding: Sendable {
  /// How many elements are put in front along each axis, or taken away where negative.
  public let before: [Int]
  /// How many elements are put behind.
  public let after: [Int]

  /// The padding of a call whose arguments were checked.
  public init(of shape: Shape, pads: [Int], axes: [Int]?) {
    let axes = axes?.compactMap { shape.normalized(axis: $0) } ?? Array(shape.indices)
    var (before, after) = ([Int](repeating: 0, count: shape.rank), [Int](repeating: 0, count: shape.rank))
    for (index, axis) in axes.enumerated() { (before[axis], after[axis]) = (pads[index], pads[index + axes.count]) }
    (self.before, self.after) = (before, after)
  }

  /// The axes that change.
  public var axes: [Int] { before.indices.filter { before[$0] != 0 || after[$0] != 0 } }
}
