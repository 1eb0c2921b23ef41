import GraphIR

// Shapes, under mlx-swift's names. Docs/PyTorch.md has a table of PyTorch's. Arguments that do not fit are programmer
// errors.

extension Tensor {
  /// The same elements with another shape: `x.reshaped(2, -1)`. An extent of 0 copies the old one, -1 is inferred.
  public func reshaped(_ extents: Int...) -> Tensor { reshaped(extents) }

  /// Merges the axes from `start` to `end` into one; by default all of them.
  ///
  /// - Parameters:
  ///   - start: the first merged axis.
  ///   - end: the last merged axis; -1 is the last one of the tensor. Requires known extents of the axes behind it.
  public func flattened(start: Int = 0, end: Int = -1) -> Tensor {
    let first = start < 0 ? start + shape.rank : start
    let rest = end == -1 ? [] : Array(shape.dropFirst((end < 0 ? end + shape.rank : end) + 1))
    precondition(rest.allSatisfy { $0 >= 0 }, "flattened(start: \(start), end: \(end)) of \(shape): unknown extents")
    return reshaped([Int](repeating: 0, count: first) + [-1] + rest)
  }

  /// The axes in another order; reversed by default.
  public func transposed(axes: [Int]? = nil) -> Tensor {
    Self.call(.transpose, [self], axes.map { ["perm": .ints($0)] } ?? [:])
  }

  /// The tensor with two axes swapped.
  public func swappedAxes(_ first: Int, _ second: Int) -> Tensor {
    var order = Array(shape.indices)
    order.swapAt(known(first), known(second))
    return transposed(axes: order)
  }

  /// The tensor with the axis `source` moved to `destination`; the others keep their order.
  public func movedAxis(source: Int, destination: Int) -> Tensor {
    var order = Array(shape.indices)
    order.insert(order.remove(at: known(source)), at: known(destination))
    return transposed(axes: order)
  }

  /// The tensor broadcast to `shape`, by NumPy's rules.
  public func broadcast(to shape: Shape) -> Tensor {
    shape == self.shape ? self : Self.call(.expand, [self, Tensor(TensorValue(integers: shape))])
  }

  /// The tensor without its axis `axis`, which has extent 1; without all such axes by default.
  public func squeezed(axis: Int? = nil) -> Tensor {
    Self.call(.squeeze, axis.map { [self, Tensor(TensorValue(integers: [$0]))] } ?? [self])
  }

  /// The tensor with a new axis `axis` of extent 1.
  public func expandedDimensions(axis: Int) -> Tensor {
    Self.call(.unsqueeze, [self, Tensor(TensorValue(integers: [axis]))])
  }

  /// Parts of the given sizes along `axis`. The sizes add up to its extent.
  public func split(sizes: [Int], axis: Int = 0) -> [Tensor] {
    do {
      return try apply(
        .split, [self, Tensor(TensorValue(integers: sizes))], ["axis": .int(axis)], outputCount: sizes.count)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Parts of `size` along `axis`; the last one has the rest.
  public func split(size: Int, axis: Int = 0) -> [Tensor] {
    precondition(size > 0, "parts of size \(size), expected at least 1")
    let extent = extent(axis)
    return split(
      sizes: stride(from: 0, to: Swift.max(extent, 1), by: size).map { Swift.min(size, extent - $0) }, axis: axis)
  }

  /// At most `parts` equal parts along `axis`; the last one may be smaller.
  public func split(parts: Int, axis: Int = 0) -> [Tensor] {
    precondition(parts > 0, "\(parts) parts, expected at least 1")
    return split(size: Swift.max((extent(axis) + parts - 1) / parts, 1), axis: axis)
  }

  /// The tensor repeated `repetitions` times along its last axes, or along new ones in front of them.
  public func tiled(repetitions: [Int]) -> Tensor {
    let rank = Swift.max(shape.rank, repetitions.count)
    let front = [Int](repeating: 1, count: rank - shape.rank)
    let repeats = [Int](repeating: 1, count: rank - repetitions.count) + repetitions
    return Self.call(
      .tile, [reshaped(to: Shape(front + shape.dimensions)), Tensor(TensorValue(integers: repeats))])
  }

  /// The elements in reverse order along `axes`.
  public func flipped(axes: [Int]) -> Tensor {
    axes.reduce(self) { $0.sliced(axis: $1, from: -1, to: .min, step: -1) }
  }

  /// The tensor padded by `before` and `after` elements along each axis, filled by `mode`. Negative numbers remove
  /// elements.
  public func padded(before: [Int], after: [Int], mode: PadMode) -> Tensor {
    Self.call(.pad, [self, Tensor(TensorValue(integers: before + after))], ["mode": .string(mode.rawValue)])
  }

  /// The elements on and below the diagonal; zeros elsewhere. `diagonal` counts upwards.
  public func tril(_ diagonal: Int = 0) -> Tensor { triangle(diagonal, ["upper": .int(0)]) }

  /// The elements on and above the diagonal; zeros elsewhere. `diagonal` counts upwards.
  public func triu(_ diagonal: Int = 0) -> Tensor { triangle(diagonal, [:]) }

  private func triangle(_ diagonal: Int, _ attributes: Attributes) -> Tensor {
    Self.call(.trilu, [self, Tensor(TensorValue(scalar: Int64(diagonal)))], attributes)
  }

  /// Images `factor` times as high and as wide. Each channel combines factor² channels: [N, C·f², H, W] to
  /// [N, C, H·f, W·f]. Source: sub-pixel convolution, arXiv:1609.05158.
  public func pixelShuffle(_ factor: Int) -> Tensor {
    Self.call(.depthToSpace, [self], ["blocksize": .int(factor), "mode": .string("CRD")])
  }

  /// The integers from 0 up to `end`, excluded.
  public static func arange(_ end: Int, dtype: DataType = .float32) -> Tensor {
    Tensor(TensorValue(integers: 0..<end)).cast(to: dtype)
  }

  /// The identity matrix.
  public static func eye(_ size: Int, dtype: DataType = .float32) -> Tensor {
    call(.eyeLike, [zeros([size, size], dtype: dtype)])
  }

  /// 1 at the index on the last axis that this int64 tensor holds, and 0 elsewhere: [batch] to [batch, classes].
  public func oneHot(_ classes: Int, dtype: DataType = .float32) -> Tensor {
    (expandedDimensions(axis: -1) .== Tensor.arange(classes, dtype: .int64)).cast(to: dtype)
  }

  private func extent(_ axis: Int) -> Int {
    let axis = known(axis)
    precondition(shape[axis] >= 0, "axis \(axis) of \(shape) can't be split")
    return shape[axis]
  }

  private func known(_ axis: Int) -> Int {
    guard let known = shape.normalized(axis: axis) else { preconditionFailure("\(shape) has no axis \(axis)") }
    return known
  }
}

/// Concatenates the tensors along `axis`.
public func concatenated(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
  Tensor.call(.concat, tensors.map(Optional.some), Tensor.attributes(axis: axis))
}

/// Stacks the tensors along a new axis `axis`.
public func stacked(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
  concatenated(tensors.map { $0.expandedDimensions(axis: axis) }, axis: axis)
}
