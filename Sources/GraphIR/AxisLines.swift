/// A tensor's elements as lines along one axis: [outer, extent, inner].
public struct AxisLines: Sendable {
  /// The number of elements before, along and after the axis.
  public let outer, extent, inner: Int

  /// Creates the lines along `axis` of a static shape; nil if the axis is out of range.
  public init?(_ shape: Shape, axis: Int) {
    guard let axis = shape.normalized(axis: axis) else { return nil }
    outer = shape[..<axis].reduce(1, *)
    extent = shape[axis]
    inner = shape[(axis + 1)...].reduce(1, *)
  }

  /// Calls `body` with the offsets of each line's elements.
  func forEach(_ body: ([Int]) -> Void) {
    for line in 0..<outer * inner {
      let first = line / inner * extent * inner + line % inner
      body((0..<extent).map { first + $0 * inner })
    }
  }
}
