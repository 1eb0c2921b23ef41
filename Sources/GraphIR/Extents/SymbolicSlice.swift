/// A slice of symbolic extents or with symbolic bounds: whole axes, and elements at their start or end.
struct SymbolicSlice {
  /// The shape of the result.
  let shape: Shape

  /// The slice of a node; nil if all that it reads is known, so that ``SliceRange`` describes it.
  ///
  /// - Throws: ``GraphError`` for a slice whose extent can't be expressed.
  init?(_ context: InferenceContext) throws {
    let data = context.input(0).shape
    guard let starts = try context.terms(1), let ends = try context.terms(2) else { return nil }
    let axes = try context.integers(3) ?? Array(starts.indices)
    let steps = try context.integers(4) ?? axes.map { _ in 1 }
    let isKnown = (starts + ends).allSatisfy { $0.number != nil }
    let named = axes.compactMap { data.normalized(axis: $0) }
    guard !isKnown || named.contains(where: { data[$0] < 0 }) else { return nil }
    guard starts.count == axes.count, ends.count == axes.count, steps.count == axes.count, named.count == axes.count,
      Set(named).count == axes.count
    else { return nil }
    var result = data
    for (index, axis) in named.enumerated() {
      guard let count = Self.count(of: data[axis], from: starts[index], to: ends[index], step: steps[index]) else {
        throw context.error(
          .shape,
          "axis \(axis) of \(data) can't be sliced from \([starts[index]].text) to \([ends[index]].text) "
            + "in steps of \(steps[index]) while an extent is symbolic")
      }
      result.dimensions[axis] = count
    }
    shape = result
  }

  /// The extent of a slice; nil where it depends on values of symbols in a way that no sum or product has.
  ///
  /// Symbolic bounds are taken to lie within the axis: a program that slices by extents of the same tensor does so.
  private static func count(of extent: Int, from start: Extent.Term, to end: Extent.Term, step: Int) -> Int? {
    if let first = start.number, let last = end.number, extent >= 0 {
      return step == 0 ? nil : SliceRange(of: extent, from: first, to: last, step: step).count
    }
    let whole = Extent.Term(extent: extent)
    guard step == 1 || step == -1 else { return nil }
    if step == -1 {
      // Only the whole axis, reversed.
      return start == .number(-1) && (end.number ?? 0) < -1 << 30 ? extent : nil
    }
    // A bound beyond every axis is its end. A negative one counts from there.
    func place(_ bound: Extent.Term) -> Extent.Term? {
      guard let number = bound.number else { return bound }
      if number > 1 << 30 { return whole }
      return number < 0 ? Extent.sum(whole, bound) : bound
    }
    // The first elements of a symbolic axis may be more than it has.
    guard let first = place(start), let last = place(end), last.number == nil || extent >= 0 else { return nil }
    return Extent.difference(last, first)?.extent
  }
}
