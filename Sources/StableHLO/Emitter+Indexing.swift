import GraphIR

extension Emitter {
  /// Adds the slices of `data` at index vectors, which are along the last axis of `indices` and index the first axes.
  func gather(_ data: Value, at indices: Value) -> Value {
    let (rank, depth) = (data.shape.rank, indices.shape[indices.shape.rank - 1])
    let (outer, inner) = (Array(indices.shape.dropLast()), Array(data.shape.dropFirst(depth)))
    let numbers =
      "#stablehlo.gather<offset_dims = \(inner.indices.map { $0 + outer.count }), "
      + "collapsed_slice_dims = \(Array(0..<depth)), start_index_map = \(Array(0..<depth)), "
      + "index_vector_dim = \(outer.count)>"
    let sizes = (0..<rank).map { $0 < depth ? 1 : data.shape[$0] }
    return operation(
      "gather", [data, indices],
      [("dimension_numbers", numbers), ("slice_sizes", sizes.mlir), ("indices_are_sorted", "false")],
      to: TensorType(data.dtype, Shape(outer + inner)))
  }

  /// Adds `data` with the slices at index vectors combined with `updates`.
  func scatter(
    _ updates: Value, into data: Value, at indices: Value, _ combine: (Emitter, _ old: Value, _ update: Value) -> Value
  ) -> Value {
    let (outer, depth) = (indices.shape.rank - 1, indices.shape[indices.shape.rank - 1])
    let numbers =
      "#stablehlo.scatter<update_window_dims = \(Array(outer..<updates.shape.rank)), "
      + "inserted_window_dims = \(Array(0..<depth)), scatter_dims_to_operand_dims = \(Array(0..<depth)), "
      + "index_vector_dim = \(outer)>"
    let scalar = TensorType(data.dtype, [])
    return operation(
      "scatter", [data, indices, updates],
      [("scatter_dimension_numbers", numbers), ("indices_are_sorted", "false"), ("unique_indices", "false")],
      region: region(of: [scalar, scalar]) { [combine($0, $1[0], $1[1])] }, to: data.type)
  }
}
