import GraphIR

extension Tensor {
  /// The `k` greatest elements along `axis`, or the smallest where `largest` is false, and their positions as int64.
  ///
  /// Both have the tensor's shape with `k` along `axis`. Elements are sorted also if `sorted` is false; equal ones are
  /// sorted by position. NaN counts as the greatest number. An `axis` out of range, or a `k` that is negative or above
  /// the extent, is a programmer error.
  public func topk(
    _ k: Int, axis: Int = -1, largest: Bool = true, sorted: Bool = true
  ) -> (values: Tensor, indices: Tensor) {
    do {
      let outputs = try apply(
        .topK, [self, Tensor(TensorValue(integers: [k]))],
        ["axis": .int(axis), "largest": .int(largest ? 1 : 0), "sorted": .int(sorted ? 1 : 0)], outputCount: 2)
      return (outputs[0], outputs[1])
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
