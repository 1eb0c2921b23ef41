import CKernels
import GraphIR

extension PlanCompiler {
  /// Compiles one update of all tensors of a group: one loop if they are adjacent in the state, otherwise one per
  /// tensor.
  mutating func compile(_ group: OptimizerGroup) {
    let isTogether = isTogether(group)
    let offsets = group.parameters.map { state.offset(of: $0) ?? 0 }
    let sizes = group.parameters.map { ProgramState.rounded(type($0).byteCount) }
    guard isTogether, let first = offsets.first, let last = offsets.last, let lastSize = sizes.last else {
      for (index, node) in group.nodes.enumerated() {
        add(
          adam(
            group, [node], gradient: memory[group.gradients[index]],
            count: type(group.parameters[index]).shape.elementCount), [node])
      }
      return
    }
    // Gradients are computed side by side in the order of the parameters.
    let gradients = buffer(last - first + lastSize)
    for (name, offset) in zip(group.gradients, offsets) {
      let place = PlanView(buffer: gradients.buffer, offset: offset - first)
      if !makePart(name, of: place) {
        addMove(from: memory[name], to: place, byteCount: type(name).byteCount, title: "Move")
      }
    }
    let count = (last - first + lastSize) / group.dtype.byteCount
    add(adam(group, group.nodes, gradient: gradients, count: count), group.nodes)
  }

  /// Whether parameters and moments have the same layout in the state.
  private func isTogether(_ group: OptimizerGroup) -> Bool {
    func distances(_ names: [String]) -> [Int?] {
      let first = state.offset(of: names[0]) ?? 0
      return names.map { name in state.offset(of: name).map { $0 - first } }
    }
    var expected = 0
    for (name, distance) in zip(group.parameters, distances(group.parameters)) {
      guard distance == expected else { return false }
      expected += ProgramState.rounded(type(name).byteCount)
    }
    return group.moments.allSatisfy { distances($0) == distances(group.parameters) }
  }

  private func adam(_ group: OptimizerGroup, _ nodes: [Node], gradient: PlanView, count: Int) -> PlanDraft {
    let node = nodes[0]
    let (rate, step) = (memory[node.inputs[0]], memory[node.inputs[1]])
    let operands = [2, 4, 5].map { memory[node.inputs[$0]] }
    let decays = AdamCoefficients.decays(ResolvedAttributes(node.op, node.attributes))
    let dtype = group.dtype
    var draft = PlanDraft(title: node.op.rawValue) { binder in
      let pointers = operands.map(binder.pointer)
      return BoundInstruction(
        zk_adam_run,
        ZKBoundAdam(
          type: dtype.kernelType, beta1: decays.alpha, beta2: decays.beta, epsilon: decays.epsilon,
          rate: binder.pointer(rate),
          step: binder.pointer(step).assumingMemoryBound(to: Int64.self), count: count, x: pointers[0],
          g: binder.pointer(gradient), m: pointers[1], v: pointers[2], new_x: pointers[0], new_m: pointers[1],
          new_v: pointers[2]))
    }
    draft.detail = nodes.count == 1 ? "\(type(node.inputs[2]).shape)" : "\(nodes.count) tensors, \(count) elements"
    draft.reads = [rate, step, gradient] + operands
    draft.writes = operands
    draft.flops = 10 * count
    draft.byteCount = 7 * count * dtype.byteCount
    draft.isCommit = true
    return draft
  }
}
