import GraphIR

/// A part of a subscript of a tensor: an integer, a range of integers, `.stride(…)`, `.newAxis` or `.ellipsis`.
///
/// The vocabulary is that of mlx-swift's subscripts. The semantics are those of NumPy's basic indexing.
public protocol TensorIndex {
  /// The part as a value.
  var part: TensorIndexPart { get }
}

/// A part of a subscript of a tensor as a value.
public struct TensorIndexPart: TensorIndex, Sendable, Hashable {
  enum Kind: Hashable, Sendable {
    /// One place along an axis. The result lacks the axis.
    case place(Int)
    /// Places from `start` up to `end`, every `step`-th; nil stands for the end of the axis on that side.
    case range(start: Int?, end: Int?, step: Int)
    /// A new axis of extent 1.
    case newAxis
    /// All axes without another part.
    case ellipsis
  }

  let kind: Kind

  /// The part itself.
  public var part: TensorIndexPart { self }

  static func range(_ start: Int?, _ end: Int?, step: Int = 1) -> TensorIndexPart {
    TensorIndexPart(kind: .range(start: start, end: end, step: step))
  }
}

extension TensorIndex where Self == TensorIndexPart {
  /// A new axis of extent 1: `None` in Python.
  public static var newAxis: TensorIndexPart { TensorIndexPart(kind: .newAxis) }
  /// All axes without another part: `...` in Python.
  public static var ellipsis: TensorIndexPart { TensorIndexPart(kind: .ellipsis) }
  /// Places from `from` up to `to`, every `by`-th: `from:to:by` in Python. A negative `by` walks backwards.
  public static func stride(from: Int? = nil, to: Int? = nil, by: Int) -> TensorIndexPart {
    .range(from, to, step: by)
  }
}

extension Int: TensorIndex {
  /// The place.
  public var part: TensorIndexPart { TensorIndexPart(kind: .place(self)) }
}

extension Range<Int>: TensorIndex {
  /// The range: `1 ..< 3`, or `-3 ..< -1`.
  public var part: TensorIndexPart { .range(lowerBound, upperBound) }
}

extension ClosedRange<Int>: TensorIndex {
  /// The range with its last place: `1 ... 3`, or `-3 ... -1`, the last three.
  public var part: TensorIndexPart { .range(lowerBound, upperBound == -1 ? nil : upperBound + 1) }
}

extension PartialRangeFrom<Int>: TensorIndex {
  /// The range up to the end: `2...`, or `(-3)...`; `0...` is the whole axis.
  public var part: TensorIndexPart { .range(lowerBound, nil) }
}

extension PartialRangeUpTo<Int>: TensorIndex {
  /// The range from the beginning: `..<3`, or `..<(-1)`.
  public var part: TensorIndexPart { .range(nil, upperBound) }
}

extension PartialRangeThrough<Int>: TensorIndex {
  /// The range from the beginning with its last place: `...3`.
  public var part: TensorIndexPart { .range(nil, upperBound == -1 ? nil : upperBound + 1) }
}

extension Tensor {
  /// A part of the tensor, as in NumPy's basic indexing: `x[0]`, `x[1 ..< 5, -1]`, `x[.ellipsis, .newAxis]`.
  ///
  /// Negative places and bounds count from the end. Ranges are cut at the ends. Axes without a part stay whole. A place
  /// out of range, or more parts than axes, is a programmer error.
  public subscript(indices: any TensorIndex...) -> Tensor { selected(indices.map(\.part.kind)) }

  /// The slices at `index` along the first axis: PyTorch's `x[index]`. `index` is an int64 tensor of any shape.
  ///
  /// For a bool tensor see ``select(_:_:)``: the shape of a result does not depend on values.
  public subscript(index: Tensor) -> Tensor { Self.call(.gather, [self, index], ["axis": .int(0)]) }

  private func selected(_ indices: [TensorIndexPart.Kind]) -> Tensor {
    let used = indices.count { $0 != .newAxis && $0 != .ellipsis }
    precondition(used <= shape.rank, "subscript: expected at most \(shape.rank) parts for \(shape), found \(used)")
    precondition(indices.count { $0 == .ellipsis } <= 1, "subscript: expected at most one ellipsis")
    var (axis, position) = (0, 0)
    var (starts, ends, axes, steps): ([Int], [Int], [Int], [Int]) = ([], [], [], [])
    var (dropped, added): ([Int], [Int]) = ([], [])
    for index in indices {
      switch index {
      case .ellipsis:
        axis += shape.rank - used
        position += shape.rank - used
        continue
      case .newAxis:
        added.append(position)
        position += 1
        continue
      case .place(let place):
        let extent = shape[axis]
        precondition(
          extent < 0 || (-extent..<extent).contains(place),
          "subscript: place \(place) is out of range on axis \(axis) of \(shape)")
        starts.append(place)
        ends.append(place == -1 ? .max : place + 1)
        steps.append(1)
        axes.append(axis)
        dropped.append(axis)
      case .range(let start, let end, let step):
        precondition(step != 0, "subscript: expected a stride other than 0")
        position += 1
        if start ?? 0 != 0 || end != nil || step != 1 {
          starts.append(start ?? (step > 0 ? 0 : -1))
          ends.append(end ?? (step > 0 ? .max : .min))
          steps.append(step)
          axes.append(axis)
        }
      }
      axis += 1
    }
    var result = self
    if !axes.isEmpty {
      let bounds = [starts, ends, axes] + (steps.allSatisfy { $0 == 1 } ? [] : [steps])
      result = Self.call(.slice, [self] + bounds.map { Tensor(integers: $0) })
    }
    if !dropped.isEmpty { result = Self.call(.squeeze, [result, Tensor(integers: dropped)]) }
    return added.isEmpty ? result : Self.call(.unsqueeze, [result, Tensor(integers: added)])
  }
}
