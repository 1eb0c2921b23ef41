import GraphIR

// Reading and writing at indices, under PyTorch's names. Indices are int64; a negative one counts from the end. Tensors
// that do not fit and indices out of range are programmer errors; ``apply(_:_:_:outputCount:)`` throws for both.

extension Tensor {
  /// The slices at `index` along `axis`. `index` has any shape, which replaces that dimension.
  /// PyTorch's `index_select` for a vector, and its `embedding` for rows.
  public func indexSelect(axis: Int, index: Tensor) -> Tensor {
    Self.call(.gather, [self, index], ["axis": .int(axis)])
  }

  /// The elements at `index` along `axis`, element by element. The result has the shape of `index`.
  public func gather(axis: Int, index: Tensor) -> Tensor { gatheredElements(index, axis: axis) }

  /// This tensor with the elements of `src` written at `index` along `axis`. `src` has the shape of `index`.
  ///
  /// If several elements have one place, the last one stays. The gradient counts all of them, as in PyTorch.
  public func scatter(axis: Int, index: Tensor, src: Tensor) -> Tensor {
    scatteredElements(index, src, axis: axis, .none)
  }

  /// This tensor with the elements of `src` added at `index` along `axis`. `src` has the shape of `index`.
  public func scatterAdd(axis: Int, index: Tensor, src: Tensor) -> Tensor {
    scatteredElements(index, src, axis: axis, .add)
  }

  /// This tensor with the elements of `src` reduced into it at `index` along `axis`. `src` has the shape of `index`.
  /// PyTorch's `scatter_reduce` with `include_self`.
  public func scatterReduce(axis: Int, index: Tensor, src: Tensor, reduce: ScatterReduction) -> Tensor {
    scatteredElements(index, src, axis: axis, reduce)
  }

  /// The indices of the nonzero elements, [count, rank]: PyTorch's `nonzero`.
  ///
  /// The count is part of the shape. In a trace, only a tensor with a value has it.
  /// - Throws: `GraphError` for a symbolic tensor.
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
