import CKernels
import GraphIR

extension PlanCompiler {
  /// Compiles `Pad` with a constant: fills the result, then copies the rest of the input into it.
  mutating func compilePad(_ node: Node) -> Bool {
    func constant(_ index: Int) -> TensorValue? { index < node.inputs.count ? constants[node.inputs[index]] : nil }
    let (input, output) = (type(node.inputs[0]), type(node.outputs[0]))
    let mode = ResolvedAttributes(node.op, node.attributes).string("mode") ?? PadMode.constant.rawValue
    let hasAxes = node.inputs.count > 3 && !node.inputs[3].isEmpty
    guard mode == PadMode.constant.rawValue, let pads = constant(1)?.integers, !hasAxes || constant(3) != nil else {
      return false
    }
    let before = Padding(of: input.shape, pads: pads, axes: constant(3)?.integers).before
    let (from, to) = (input.shape.strides, output.shape.strides)
    // A negative pad cuts, so the copy may start inside of the input.
    let first = before.map { max(0, -$0) }
    let overlap = input.shape.indices.map {
      max(0, min(input.shape[$0], output.shape[$0] - before[$0]) - first[$0])
    }
    guard let layout = ZKLayout(overlap, from: from, to: to) else { return false }
    let size = input.dtype.byteCount
    let value = node.inputs.count > 2 && !node.inputs[2].isEmpty ? memory[node.inputs[2]] : nil
    let (source, destination) = (memory[node.inputs[0]], place(node.outputs[0]))
    var fill = PlanDraft(title: "Fill") { binder in
      BoundInstruction(
        zk_fill_run,
        ZKBoundFill(
          element_size: size, count: output.shape.elementCount,
          value: value.map { UnsafeRawPointer(binder.pointer($0)) },
          destination: binder.pointer(destination)))
    }
    (fill.detail, fill.reads, fill.writes) = ("\(output.shape)", value.map { [$0] } ?? [], [destination])
    add(fill, [])
    addCopy(
      node, layout, size, from: source, offset: zip(first, from).reduce(0) { $0 + $1.0 * $1.1 } * size, to: destination,
      at: input.shape.indices.reduce(0) { $0 + (first[$1] + before[$1]) * to[$1] } * size)
    return true
  }
}
