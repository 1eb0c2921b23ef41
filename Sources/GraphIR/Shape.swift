/// The extents of a tensor, outermost first.
///
/// A negative extent stands for a symbolic dimension of a graph: `-1` is the graph's first symbol, `-2` its second
/// (``Graph/symbols`` has their names). Equal symbols are equal extents; a symbol is never known to equal a number.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, RandomAccessCollection {
  /// The extents.
  public var dimensions: [Int]

  /// A shape with these extents.
  @inlinable public init(_ dimensions: some Sequence<Int>) { self.dimensions = Array(dimensions) }

  /// A shape with these extents.
  @inlinable public init(arrayLiteral dimensions: Int...) { self.dimensions = dimensions }

  /// Zero.
  @inlinable public var startIndex: Int { 0 }

  /// The rank.
  @inlinable public var endIndex: Int { dimensions.count }

  /// The extent along `axis`.
  @inlinable public subscript(axis: Int) -> Int { dimensions[axis] }

  /// The number of dimensions.
  @inlinable public var rank: Int { dimensions.count }

  /// The number of elements. Requires a static shape.
  @inlinable public var elementCount: Int { dimensions.reduce(1, *) }

  /// Returns the product of extents; nil if it overflows `Int`.
  static func product(of extents: some Sequence<Int>) -> Int? {
    var product = 1
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// Whether no extent is symbolic.
  @inlinable public var isStatic: Bool { dimensions.allSatisfy { $0 >= 0 } }

  /// Returns `axis` counted from the front: `-1` is the last one. Nil if it is out of range.
  public func normalized(axis: Int) -> Int? {
    let normal = axis < 0 ? axis + rank : axis
    return normal >= 0 && normal < rank ? normal : nil
  }

  /// The distance in elements between neighbours along each axis of a row-major tensor.
  public var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * dimensions[axis + 1]
    }
    return strides
  }

  /// Returns the shape that both shapes broadcast to by NumPy's rules; nil if they are incompatible.
  ///
  /// Source: ONNX, "Multidirectional Broadcasting".
  public static func broadcast(_ first: Shape, _ second: Shape) -> Shape? {
    if first == second { return first }
    let rank = Swift.max(first.rank, second.rank)
    var result = [Int](repeating: 1, count: rank)
    for back in 1...Swift.max(rank, 1) where back <= rank {
      let left = back <= first.rank ? first[first.rank - back] : 1
      let right = back <= second.rank ? second[second.rank - back] : 1
      if left == right || right == 1 {
        result[rank - back] = left
      } else if left == 1 {
        result[rank - back] = right
      } else {
        return nil
      }
    }
    return Shape(result)
  }

  /// Returns the strides that read a tensor of this shape as one of shape `target`: 0 along repeated axes.
  ///
  /// Requires that the shape broadcasts to `target`.
  public func broadcastStrides(to target: Shape) -> [Int] {
    let own = strides
    let lead = target.rank - rank
    return target.indices.map { axis in
      axis < lead || dimensions[axis - lead] == 1 && target[axis] != 1 ? 0 : own[axis - lead]
    }
  }
}

extension Shape: CustomStringConvertible {
  /// The names of symbols that descriptions use: those of the graph that is being checked.
  @TaskLocal static var symbols: [String] = []

  /// For example `[64, 784]`. Symbolic dimensions have their names where a graph is checked. Elsewhere they print as
  /// `?1`, `?2`, … in the order of the graph's symbols.
  public var description: String { "[\(extentsText)]" }

  /// The extents, separated by commas.
  var extentsText: String { dimensions.map { Extent.text($0, Self.symbols) }.joined(separator: ", ") }
}
