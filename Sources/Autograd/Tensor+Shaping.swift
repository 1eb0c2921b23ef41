import GraphIR

// Shapes, under PyTorch's names. Arguments that do not fit are programmer errors.

extension Tensor {
  /// The tensor without its dimension `dim`, which has extent 1; without all such dimensions by default.
  public func squeeze(dim: Int? = nil) -> Tensor {
    Self.call(.squeeze, dim.map { [self, Tensor(TensorValue(integers: [$0]))] } ?? [self])
  }

  /// The tensor with a new dimension of extent 1, which is then dimension `dim`.
  public func unsqueeze(dim: Int) -> Tensor { Self.call(.unsqueeze, [self, Tensor(TensorValue(integers: [dim]))]) }

  /// Parts of these sizes along `dim`, which add up to its extent.
  public func split(_ sizes: [Int], dim: Int = 0) -> [Tensor] {
    do {
      return try apply(
        .split, [self, Tensor(TensorValue(integers: sizes))], ["axis": .int(dim)], outputCount: sizes.count)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Parts of `size` along `dim`; the last one has what remains.
  public func split(_ size: Int, dim: Int = 0) -> [Tensor] {
    precondition(size > 0, "parts of size \(size), expected at least 1")
    let extent = extent(dim)
    return split(stride(from: 0, to: Swift.max(extent, 1), by: size).map { Swift.min(size, extent - $0) }, dim: dim)
  }

  /// At most `count` equal parts along `dim`; the last one may be smaller.
  public func chunk(_ count: Int, dim: Int = 0) -> [Tensor] {
    precondition(count > 0, "\(count) chunks, expected at least 1")
    return split(Swift.max((extent(dim) + count - 1) / count, 1), dim: dim)
  }

  /// The tensors along a new dimension `dim`.
  public static func stack(_ tensors: [Tensor], dim: Int = 0) -> Tensor {
    concat(tensors.map { $0.unsqueeze(dim: dim) }, axis: dim)
  }

  /// The tensors one after the other along `dim`.
  public static func cat(_ tensors: [Tensor], dim: Int = 0) -> Tensor { concat(tensors, axis: dim) }

  /// The tensor repeated `counts` times along its last dimensions, or along new ones in front of them.
  public func tile(_ counts: [Int]) -> Tensor {
    let rank = Swift.max(shape.rank, counts.count)
    let front = [Int](repeating: 1, count: rank - shape.rank)
    let repeats = [Int](repeating: 1, count: rank - counts.count) + counts
    return Self.call(
      .tile, [reshaped(to: Shape(front + shape.dimensions)), Tensor(TensorValue(integers: repeats))])
  }

  /// The elements in reverse order along `dims`.
  public func flip(_ dims: [Int]) -> Tensor {
    dims.reduce(self) { $0.sliced(axis: $1, from: -1, to: .min, step: -1) }
  }

  /// What `mode` makes of the elements around the tensor: `before` and `after` along each axis. Negative numbers take
  /// elements away.
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

  /// Images `factor` times as high and as wide, each of whose channels is made of factor² ones: [N, C·f², H, W] to
  /// [N, C, H·f, W·f]. Source: sub-pixel convolution, arXiv:1609.05158.
  public func pixelShuffle(_ factor: Int) -> Tensor {
    Self.call(.depthToSpace, [self], ["blocksize": .int(factor), "mode": .string("CRD")])
  }

  /// The whole numbers from 0 up to `end`.
  public static func arange(_ end: Int, dtype: DataType = .float32) -> Tensor {
    Tensor(TensorValue(integers: 0..<end)).cast(to: dtype)
  }

  /// The unit matrix.
  public static func eye(_ size: Int, dtype: DataType = .float32) -> Tensor {
    call(.eyeLike, [zeros([size, size], dtype: dtype)])
  }

  /// 1 where the last dimension has the number that this tensor, of int64, holds, and 0 elsewhere: [batch] to [batch, classes].
  public func oneHot(_ classes: Int, dtype: DataType = .float32) -> Tensor {
    (unsqueeze(dim: -1) .== Tensor.arange(classes, dtype: .int64)).cast(to: dtype)
  }

  private func extent(_ dim: Int) -> Int {
    guard let axis = shape.normalized(axis: dim), shape[axis] >= 0 else {
      preconditionFailure("dimension \(dim) of \(shape) can't be split")
    }
    return shape[axis]
  }
}
