import GraphIR

// Reading and writing at indices, under PyTorch's names. Indices are int64; a negative one counts from the end. Tensors that do
// not fit each other are programmer errors, and so are indices out of range; ``apply(_:_:_:outputCount:)`` throws for both.

extension Tensor {
  /// The slices along `axis` that `index`, a tensor of any shape, names: its shape takes the place of that dimension.
  /// PyTorch's `index_select` for a vector, and its `embedding` for rows.
  public func indexSelect(axis: Int, index: Tensor) -> Tensor {
    Self.call(.gather, [self, index], ["axis": .int(axis)])
  }

  /// Element by element, what `index` names along `axis`. The result has the shape of `index`.
  public func gather(axis: Int, index: Tensor) -> Tensor { gatheredElements(index, axis: axis) }

  /// This tensor with the elements of `src`, which has the shape of `index`, put where `index` says along `axis`.
  ///
  /// Of several elements for one place the last stays. The gradient counts all of them, as PyTorch's does.
  public func scatter(axis: Int, index: Tensor, src: Tensor) -> Tensor {
    scatteredElements(index, src, axis: axis, .none)
  }

  /// This tensor with the elements of `src`, which has the shape of `index`, added where `index` says along `axis`.
  public func scatterAdd(axis: Int, index: Tensor, src: Tensor) -> Tensor {
    scatteredElements(index, src, axis: axis, .add)
  }

  /// This tensor with the elements of `src`, which has the shape of `index`, reduced into it where `index` says along `axis`.
  /// PyTorch's `scatter_reduce` with `include_self`.
  public func scatterReduce(axis: Int, index: Tensor, src: Tensor, reduce: ScatterReduction) -> Tensor {
    scatteredElements(index, src, axis: axis, reduce)
  }

  /// The places of the elements that are not zero, [count, rank]: PyTorch's `nonzero`.
  ///
  /// Their number is part of a shape, so that in a trace only a tensor with a value has them.
  /// - Throws: ``GraphError`` for a symbolic tensor.
  public func nonzero() throws -> Tensor { try apply(.nonZero, [self])[0].transposed() }

  func gatheredElements(_ indices: Tensor, axis: Int) -> Tensor {
    Self.call(.gatherElements, [self, indices], ["axis": .int(axis)])
  }

  func gatheredND(_ indices: Tensor) -> Tensor { Self.call(.gatherND, [self, indices]) }

  func scatteredElements(_ indices: Tensor, _ updates: Tensor, axis: Int, _ reduction: ScatterReduction) -> Tensor {
    Self.call(
      .scatterElements, [self, indices, updates], ["axis": .int(axis), "reduction": .string(reduction.rawValue)])
  }

  func scatteredND(_ indices: Tensor, _ updates: Tensor, _ reduction: ScatterReduction) -> Tensor {
    Self.call(.scatterND, [self, indices, updates], ["reduction": .string(reduction.rawValue)])
  }
}
