/// The values of padding elements.
public enum PadMode: String, CaseIterable, Sendable {
  case constant, reflect, edge, wrap

  /// Returns the source index of each element of a padded axis, for a mode other than `constant`. Negative padding
  /// removes elements first; the rest is then padded.
  ///
  /// Requires at least one remaining element.
  public func sources(of extent: Int, before: Int, after: Int) -> [Int] {
    let first = max(0, -before)
    let count = extent - first - max(0, -after)
    return (-max(0, before)..<(count + max(0, after))).map { first + source(of: $0, among: count) }
  }

  /// Returns the source index of the element at `position`, which may be outside.
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

/// The padding of every axis in a Pad node.
public struct Padding: Sendable {
  /// The number of elements added at the start of each axis; negative values remove elements.
  public let before: [Int]
  /// The number of elements added at the end of each axis; negative values remove elements.
  public let after: [Int]

  /// Creates the padding of checked arguments.
  public init(of shape: Shape, pads: [Int], axes: [Int]?) {
    let axes = axes?.compactMap { shape.normalized(axis: $0) } ?? Array(shape.indices)
    var (before, after) = ([Int](repeating: 0, count: shape.rank), [Int](repeating: 0, count: shape.rank))
    for (index, axis) in axes.enumerated() { (before[axis], after[axis]) = (pads[index], pads[index + axes.count]) }
    (self.before, self.after) = (before, after)
  }

  /// The axes with padding.
  public var axes: [Int] { before.indices.filter { before[$0] != 0 || after[$0] != 0 } }
}
