import CKernels
import GraphIR

extension Kernels {
  static func reduce(_ op: ZKReduce, _ call: EvaluationContext) -> [TensorValue]? {
    let x = call.input(0)
    let type = x.dtype.kernelType
    // The function of each element is applied in the first pass only. Later passes add sums.
    let next: ZKReduce = op == .L1 || op == .sumSquare ? .sum : op
    var pass = op
    return reduce(x, call, whereNothingIsReduced: next != op) { outer, extent, inner, x, y in
      defer { pass = next }
      return zk_reduce(pass, type, outer, extent, inner, x, y)
    }
  }

  /// A function of a reduction: the square root of a sum of squares, or the logarithm of a sum.
  static func reduce(_ op: ZKReduce, _ function: ZKUnary, _ call: EvaluationContext) -> [TensorValue]? {
    guard let total = reduce(op, call)?[0] else { return nil }
    guard let real = convert(total, to: total.dtype == .int64 ? .float64 : total.dtype) else { return nil }
    let result = TensorValue(uninitialized: real.type)
    let isRun = withExtendedLifetime(real) {
      zk_unary(function, real.dtype.kernelType, 0, 0, real.count, real.storage.pointer, result.storage.pointer)
    }
    return isRun ? convert(result, to: total.dtype).map { [$0] } : nil
  }

  /// Runs `kernel(outer, extent, inner, x, y)` for each run of reduced axes, from the last to the first.
  static func reduce(
    _ x: TensorValue, _ call: EvaluationContext, whereNothingIsReduced: Bool = false,
    kernel: (Int, Int, Int, UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Bool
  ) -> [TensorValue]? {
    // Neighbouring axes merge if all or none of them are reduced. Most reductions are then one kernel call.
    var runs: [(extent: Int, isReduced: Bool)] = []
    let reduced = reducedAxes(call)
    for axis in x.shape.indices where x.shape[axis] != 1 {
      if let last = runs.last, last.isReduced == reduced[axis] {
        runs[runs.count - 1].extent *= x.shape[axis]
      } else {
        runs.append((x.shape[axis], reduced[axis]))
      }
    }
    if whereNothingIsReduced, !runs.contains(where: \.isReduced) { runs.insert((1, true), at: 0) }
    var result = x
    while let index = runs.lastIndex(where: \.isReduced) {
      let outer = runs[..<index].reduce(1) { $0 * $1.extent }
      let inner = runs[(index + 1)...].reduce(1) { $0 * $1.extent }
      let next = TensorValue(uninitialized: TensorType(x.dtype, [outer, inner]))
      let isRun = withExtendedLifetime(result) {
        kernel(outer, runs[index].extent, inner, result.storage.pointer, next.storage.pointer)
      }
      guard isRun else { return nil }
      result = next
      runs.remove(at: index)
    }
    return [result.reshaped(to: call.outputs[0].shape)]
  }

  /// Whether each axis is reduced.
  private static func reducedAxes(_ call: EvaluationContext) -> [Bool] {
    let shape = call.input(0).shape
    guard let axes = call.optional(1), axes.count > 0 else {
      return [Bool](repeating: !call.attributes.flag("noop_with_empty_axes"), count: shape.rank)
    }
    var reduced = [Bool](repeating: false, count: shape.rank)
    for axis in axes.integers { reduced[axis < 0 ? axis + shape.rank : axis] = true }
    return reduced
  }
}
