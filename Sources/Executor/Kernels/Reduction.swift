import CKernels
import GraphIR

extension Kernels {
  static func reduce(_ op: ZKReduce, _ call: EvaluationContext) -> [TensorValue]? {
    let x = call.input(0)
    // Neighbouring axes that share a fate merge, so that most reductions are one kernel call.
    var runs: [(extent: Int, isReduced: Bool)] = []
    let reduced = reducedAxes(call)
    for axis in x.shape.indices where x.shape[axis] != 1 {
      if let last = runs.last, last.isReduced == reduced[axis] {
        runs[runs.count - 1].extent *= x.shape[axis]
      } else {
        runs.append((x.shape[axis], reduced[axis]))
      }
    }
    var result = x
    while let index = runs.lastIndex(where: \.isReduced) {
      let outer = runs[..<index].reduce(1) { $0 * $1.extent }
      let inner = runs[(index + 1)...].reduce(1) { $0 * $1.extent }
      let next = TensorValue(uninitialized: TensorType(x.dtype, [outer, inner]))
      let isRun = withExtendedLifetime(result) {
        zk_reduce(
          op, x.dtype.kernelType, outer, runs[index].extent, inner, result.storage.pointer, next.storage.pointer)
      }
      guard isRun else { return nil }
      result = next
      runs.remove(at: index)
    }
    return [result.reshaped(to: call.outputs[0].shape)]
  }

  /// For each axis, whether it is reduced.
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
