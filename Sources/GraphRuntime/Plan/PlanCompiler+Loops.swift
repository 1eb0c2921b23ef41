import CKernels
import GraphIR

extension PlanCompiler {
  /// Compiles a reduction over neighbouring axes outside of a fused loop.
  mutating func compileReduction(_ node: Node) -> Bool {
    guard let op = node.op.reduction, let axes = reducedAxes(node) else { return false }
    let input = type(node.inputs[0])
    guard input.dtype.isFloatingPoint, let first = axes.first, let last = axes.last, axes.count == last - first + 1,
      input.shape.elementCount > 0
    else { return false }
    let outer = input.shape[..<first].reduce(1, *)
    let extent = input.shape[first...last].reduce(1, *)
    let inner = input.shape[(last + 1)...].reduce(1, *)
    let (x, y) = (memory[node.inputs[0]], place(node.outputs[0]))
    var draft = PlanDraft(title: node.op.rawValue) { binder in
      BoundInstruction(
        zk_reduce_run,
        ZKBoundReduce(
          op: op, type: input.dtype.kernelType, outer: outer, reduce: extent, inner: inner, x: binder.pointer(x),
          y: binder.pointer(y)))
    }
    draft.detail = describe([node.inputs[0]], "", [node.outputs[0]])
    (draft.reads, draft.writes, draft.flops) = ([x], [y], input.shape.elementCount)
    add(draft, [node])
    return true
  }

  /// The axes of a reduction, in order; nil if they are not known.
  func reducedAxes(_ node: Node) -> [Int]? {
    let rank = type(node.inputs[0]).shape.rank
    let isGiven = node.inputs.count > 1 && !node.inputs[1].isEmpty
    guard let axes = isGiven ? constants[node.inputs[1]]?.integers : [] else { return nil }
    if axes.isEmpty {
      return ResolvedAttributes(node.op, node.attributes).flag("noop_with_empty_axes") ? [] : Array(0..<rank)
    }
    return axes.map { $0 < 0 ? $0 + rank : $0 }.sorted()
  }

  /// Compiles arithmetic on integers, such as the step count of an optimiser.
  mutating func compileBinary(_ node: Node) -> Bool {
    let kernel = KernelTable.kernel(of: node.op, ResolvedAttributes(node.op, node.attributes))
    guard case .function(.binary(let op))? = kernel, node.inputs.count == 2 else { return false }
    let types = node.inputs.map(type)
    let output = type(node.outputs[0])
    guard types.allSatisfy({ $0.dtype == .int64 }), Kernels.hasKernel(op, .int64),
      let layout = ZKLayout(output.shape, types[0].shape, types[1].shape)
    else { return false }
    let (a, b, out) = (memory[node.inputs[0]], memory[node.inputs[1]], place(node.outputs[0]))
    var draft = PlanDraft(title: node.op.rawValue) { binder in
      BoundInstruction(
        zk_binary_run,
        ZKBoundBinary(
          op: op, type: .int64, layout: layout, a: binder.pointer(a), b: binder.pointer(b), out: binder.pointer(out)))
    }
    draft.detail = describe(node.inputs, ", ", node.outputs)
    (draft.reads, draft.writes) = ([a, b], [out])
    add(draft, [node])
    return true
  }
}
