import CKernels
import GraphIR

extension PlanCompiler {
  /// Compiles a matrix product with its addend and a following activation. Returns false for another operator or type.
  mutating func compileProduct(_ node: Node) -> Bool {
    guard type(node.outputs[0]).dtype == .float32, var problem = problem(of: node) else { return false }
    guard problem.m > 0, problem.n > 0, problem.k > 0, problem.batch > 0 else { return false }
    let (a, b) = (memory[node.inputs[0]], memory[node.inputs[1]])
    var (output, title, nodes) = (node.outputs[0], node.op.rawValue, [node])
    if !problem.accumulates, let activation = onlyReader(of: output), let slope = slope(of: activation) {
      (problem.has_leaky_relu, problem.slope) = (true, slope)
      (output, title) = (activation.outputs[0], "\(title) + \(activation.op.rawValue)")
      nodes.append(activation)
      absorb(activation)
    }
    let addend = node.op == .gemm && node.inputs.count > 2 && !node.inputs[2].isEmpty ? memory[node.inputs[2]] : nil
    let out = place(output)
    if problem.accumulates, let addend {
      addMove(from: addend, to: out, byteCount: type(output).byteCount, title: "Move")
      drafts[drafts.count - 1].inPlace = [(out, [addend])]
    }
    let flops = 2 * problem.m * problem.n * problem.k * problem.batch
    let bias = problem.has_bias ? addend : nil
    var draft = PlanDraft(title: title) { [problem] binder in
      var problem = problem
      func pointer(_ view: PlanView) -> UnsafeMutablePointer<Float> {
        binder.pointer(view).assumingMemoryBound(to: Float.self)
      }
      guard
        let bound = zk_matmul_bind(
          &problem, Int32(clamping: binder.threads), pointer(a), pointer(b), bias.map(pointer),
          pointer(out))
      else { throw ExecutionError(.failed, "there is no memory for a matrix product") }
      return BoundInstruction(
        zk_matmul_run, UnsafeMutableRawPointer(bound),
        scratch: (zk_matmul_scratch_size(bound), { zk_matmul_set_scratch(bound, $0) })
      ) { zk_matmul_release(bound) }
    }
    draft.detail = describe(Array(node.inputs[..<2]), " × ", [output])
    draft.reads = [a, b] + (problem.accumulates ? [out] : addend.map { [$0] } ?? [])
    draft.writes = [out]
    draft.flops = flops
    add(draft, nodes)
    return true
  }

  /// The slope for negative numbers of an activation that can end a product; nil for other calls.
  private func slope(of node: Node) -> Float? {
    switch KernelTable.kernel(of: node.op, ResolvedAttributes(node.op, node.attributes)) {
    case .function(.unary(.relu, _, _)): 0
    case .function(.unary(.leakyRelu, let slope, _)): Float(slope)
    default: nil
    }
  }

  private func problem(of node: Node) -> ZKMatmul? {
    switch node.op {
    case .gemm: gemm(node)
    case .matMul: matMul(node)
    default: nil
    }
  }

  private func gemm(_ node: Node) -> ZKMatmul? {
    let output = type(node.outputs[0]).shape
    let addend = node.inputs.count > 2 && !node.inputs[2].isEmpty ? type(node.inputs[2]).shape : nil
    let problem = ZKMatmul(
      gemm: type(node.inputs[0]).shape, adding: addend, to: output, ResolvedAttributes(node.op, node.attributes))
    return problem.accumulates && addend != output ? nil : problem
  }

  private func matMul(_ node: Node) -> ZKMatmul? {
    guard let shape = MatMulShape(type(node.inputs[0]).shape, type(node.inputs[1]).shape) else { return nil }
    var problem = ZKMatmul(matMul: shape)
    let (left, right) = (shape.left.dropLast(2).reduce(1, *), shape.right.dropLast(2).reduce(1, *))
    guard left == problem.batch || left == 1, right == problem.batch || right == 1 else { return nil }
    guard problem.shared_b else { return problem }
    // The rows of all matrices form one tall matrix.
    guard left == problem.batch else { return nil }
    (problem.m, problem.batch, problem.shared_b) = (problem.m * problem.batch, 1, false)
    return problem
  }
}
