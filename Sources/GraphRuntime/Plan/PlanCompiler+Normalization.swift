import CKernels
import GraphIR

extension PlanCompiler {
  /// Compiles batch normalisation in training mode.
  mutating func compileBatchNormalization(_ node: Node) -> Bool {
    let attributes = ResolvedAttributes(node.op, node.attributes)
    guard node.op == .batchNormalization, attributes.flag("training_mode") else { return false }
    let input = type(node.inputs[0])
    guard input.dtype.isFloatingPoint, node.inputs.allSatisfy({ type($0).dtype == input.dtype }) else { return false }
    let operands = node.inputs.map { memory[$0] }
    // The running statistics are written even if nothing reads them.
    let byteCount = type(node.inputs[3]).byteCount
    var results = node.outputs.map { $0.isEmpty ? buffer(byteCount) : place($0) }
    while results.count < 3 { results.append(buffer(byteCount)) }
    let shape = ZKBatchNormShape(
      samples: input.shape[0], channels: input.shape[1], spatial: input.shape.dropFirst(2).reduce(1, *))
    let (epsilon, momentum) = (attributes.float("epsilon") ?? 0, attributes.float("momentum") ?? 0)
    var draft = PlanDraft(title: node.op.rawValue) { [results] binder in
      let (from, to) = (operands.map(binder.pointer), results.map(binder.pointer))
      return BoundInstruction(
        zk_batch_norm_run,
        ZKBoundBatchNorm(
          type: input.dtype.kernelType, shape: shape, epsilon: Double(epsilon), momentum: Double(momentum), x: from[0],
          scale: from[1], bias: from[2], running_mean: from[3], running_variance: from[4], y: to[0], new_mean: to[1],
          new_variance: to[2]))
    }
    draft.detail = "\(input.shape)"
    (draft.reads, draft.writes) = (operands, results)
    draft.flops = input.shape.elementCount
    // Mean, standard deviation and result: three passes, along columns.
    draft.slowElements = 4 * input.shape.elementCount
    add(draft, [node])
    return true
  }
}
