import GraphIR

extension Tensor {
  /// The Euclidean norm along `axis`, or of the whole tensor.
  ///
  /// The norm has no derivative at zero. By convention it is 0 here, at every order, as for ``sqrt()``. A penalty on a
  /// vanishing gradient then stays finite. A NaN among the elements gives NaN.
  public func norm(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    squared().sum(axis.map { [$0] }, keepDims: keepDims).sqrt()
  }

  /// The tensor summed over the axes along which `shape` was repeated: the adjoint of broadcasting.
  func summed(to shape: Shape) -> Tensor {
    guard self.shape != shape else { return self }
    let lead = self.shape.rank - shape.rank
    let repeated = shape.indices.filter { shape[$0] == 1 && self.shape[lead + $0] != 1 }.map { lead + $0 }
    let summed = sum(Array(0..<lead) + repeated, keepDims: true)
    return lead == 0 ? summed : summed.reshaped(to: shape)
  }
}
