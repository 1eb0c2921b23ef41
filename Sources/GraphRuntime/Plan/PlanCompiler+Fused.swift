import CKernels
import GraphIR

extension PlanCompiler {
  /// The shape of a node in a fused loop; nil for a node that can't be in one.
  func fusedSpace(of node: Node) -> Shape? {
    guard node.outputs.count == 1 else { return nil }
    let output = type(node.outputs[0])
    if node.op.isReduction {
      let input = type(node.inputs[0])
      guard input.dtype.isFloatingPoint, input.shape.elementCount > 0, reducedAxes(node) != nil else { return nil }
      return input.shape.rank <= Int(ZKFusedMaxRank) ? input.shape : nil
    }
    guard output.shape.rank <= Int(ZKFusedMaxRank), output.dtype != .int64, FusedStep(node, types: types) != nil else {
      return nil
    }
    return output.shape
  }

  /// Compiles elementwise calls over one shape, and reductions of their results, to one loop.
  mutating func compileFused(_ nodes: [Node]) {
    guard let space = fusedSpace(of: nodes[0]) else { preconditionFailure("'\(nodes[0].name)' is in no loop") }
    let names = Set(nodes.map(\.name))
    var loop = FusedLoop(space)
    for node in nodes {
      if node.op.isReduction {
        loop.add(reduction: node, axes: reducedAxes(node) ?? [], of: type(node.inputs[0]))
      } else if let step = FusedStep(node, types: types) {
        loop.add(step, types: types, isOutput: isRead(node.outputs[0], outside: names))
      }
    }
    let inputs = loop.inputs.map { memory[$0.name] }
    let outputs = loop.outputs.map { place($0.name) }
    let results = loop.reductions.map { place($0.name) }
    var draft = PlanDraft(title: nodes.map(\.op.rawValue).joined(separator: " + ")) { [loop] binder in
      try loop.bind(
        inputs: inputs.map(binder.pointer), outputs: outputs.map(binder.pointer),
        reductions: results.map(binder.pointer),
        threads: binder.threads)
    }
    draft.detail = "\(space)"
    (draft.reads, draft.writes) = (inputs, outputs + results)
    draft.flops = nodes.count * space.elementCount
    draft.slowElements = nodes.count { $0.op.traits.isCostly } * space.elementCount
    draft.inPlace = loop.outputs.indices.map { index in
      (outputs[index], loop.replaceable(by: index).map { inputs[$0] })
    }
    add(draft, nodes)
  }

  /// Whether an output, an update or a node outside of `names` reads a value.
  private func isRead(_ value: String, outside names: Set<String>) -> Bool {
    readers[value]?.contains { $0.map { !names.contains(graph.nodes[$0].name) } ?? true } ?? false
  }
}
