extension GraphComposer {
  /// Reshapes to `shape`, taken literally: its extents have no special meaning, unlike those of `Reshape`.
  package func reshape(_ value: CompositionValue, to shape: Shape) throws -> CompositionValue {
    let old = try self.shape(value)
    guard shape != old else { return value }
    // At most one symbolic extent can be written as -1; others keep their position and are copied by 0.
    let extents = shape.indices.map { axis in
      shape[axis] >= 0 ? shape[axis] : axis < old.rank && old[axis] == shape[axis] ? 0 : -1
    }
    return try call(
      .reshape, value, integers(extents), attributes: shape.contains(0) ? ["allowzero": .int(1)] : [:])
  }

  /// Returns the elements from `start` up to `end` along `axis`, every `step`-th.
  package func slice(_ value: CompositionValue, axis: Int, from start: Int, to end: Int, step: Int = 1) throws
    -> CompositionValue
  {
    try call(.slice, value, integers([start]), integers([end]), integers([axis]), integers([step]))
  }
}
