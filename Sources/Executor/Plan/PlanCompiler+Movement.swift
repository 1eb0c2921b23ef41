import CKernels
import GraphIR

extension PlanCompiler {
  /// Calls that move elements: as views where nothing has to move, otherwise as strided copies.
  mutating func compileMovement(_ node: Node) -> Bool {
    switch node.op {
    case .concat: return compileConcat(node)
    case .split: return compileSplit(node)
    case .transpose:
      let shape = type(node.inputs[0]).shape
      let order = ResolvedAttributes(node.op, node.attributes).ints("perm") ?? Array(shape.indices.reversed())
      let moved = order.filter { shape[$0] != 1 }
      if zip(moved, moved.dropFirst()).allSatisfy({ $0 < $1 }) {
        alias(node.outputs[0], memory[node.inputs[0]])
        return true
      }
      let strides = shape.strides
      return compileCopy(node, strides: order.map { strides[$0] })
    case .expand:
      let shape = type(node.inputs[0]).shape
      if shape.elementCount == type(node.outputs[0]).shape.elementCount {
        alias(node.outputs[0], memory[node.inputs[0]])
        return true
      }
      return compileCopy(node, strides: shape.broadcastStrides(to: type(node.outputs[0]).shape))
    case .slice: return compileSlice(node)
    default: return false
    }
  }

  private mutating func compileSlice(_ node: Node) -> Bool {
    func integers(_ index: Int) -> [Int]? {
      index < node.inputs.count ? constants[node.inputs[index]]?.integers : nil
    }
    let shape = type(node.inputs[0]).shape
    guard let starts = integers(1), let ends = integers(2),
      node.inputs.dropFirst(3).allSatisfy({ $0.isEmpty || constants[$0] != nil }),
      let ranges = try? SliceRange.ranges(
        of: shape, starts: starts, ends: ends, axes: integers(3), steps: integers(4), error: { GraphError(.shape, $0) })
    else { return false }
    let strides = shape.strides
    let offset = zip(ranges, strides).reduce(0) { $0 + $1.0.start * $1.1 }
    let size = type(node.inputs[0]).dtype.byteCount
    let output = type(node.outputs[0]).shape
    // Behind the first axis of which more than one element is left, all must be left for them to lie side by side.
    let rest = shape.indices.drop { output[$0] == 1 }.dropFirst()
    if ranges.allSatisfy({ $0.step == 1 }), output.elementCount > 0, rest.allSatisfy({ output[$0] == shape[$0] }) {
      var view = memory[node.inputs[0]]
      view.offset += offset * size
      alias(node.outputs[0], view)
      return true
    }
    return compileCopy(node, strides: zip(ranges, strides).map { $0.step &* $1 }, offset: offset)
  }

  private mutating func compileCopy(_ node: Node, strides: [Int], offset: Int = 0) -> Bool {
    let (input, output) = (type(node.inputs[0]), type(node.outputs[0]))
    guard let layout = ZKLayout(output.shape.dimensions, from: strides, to: output.shape.strides) else { return false }
    let (source, destination) = (memory[node.inputs[0]], place(node.outputs[0]))
    let size = input.dtype.byteCount
    addCopy(node, layout, size, from: source, offset: offset * size, to: destination)
    return true
  }

  private mutating func addCopy(
    _ node: Node, _ layout: ZKLayout, _ size: Int, from source: PlanView, offset: Int = 0, to destination: PlanView
  ) {
    var draft = PlanDraft(title: node.op.rawValue) { binder in
      guard layout.count > 0 else { return nil }
      return BoundInstruction(
        zk_copy_run,
        ZKBoundCopy(
          element_size: size, layout: layout, source: binder.pointer(source) + offset,
          destination: binder.pointer(destination)))
    }
    draft.detail = describe([node.inputs[0]], ", ", [node.outputs[0]])
    (draft.reads, draft.writes) = ([source], [destination])
    add(draft, [node])
  }

  /// The parts of a joint along the first axis are made where they belong.
  private mutating func compileConcat(_ node: Node) -> Bool {
    let output = type(node.outputs[0])
    guard let axis = output.shape.normalized(axis: ResolvedAttributes(node.op, node.attributes).int("axis") ?? 0) else {
      return false
    }
    let outer = output.shape.prefix(axis).reduce(1, *)
    let inner = output.shape.dropFirst(axis + 1).reduce(1, *)
    var destination = place(node.outputs[0])
    let size = output.dtype.byteCount
    for name in node.inputs {
      let width = type(name).shape[axis] * inner
      if outer == 1 {
        if !makePart(name, of: destination) {
          addMove(from: memory[name], to: destination, byteCount: width * size, title: node.op.rawValue)
        }
      } else if let layout = ZKLayout([outer, width], from: [width, 1], to: [output.shape[axis] * inner, 1]) {
        addCopy(node, layout, size, from: memory[name], to: destination)
      }
      destination.offset += width * size
    }
    return true
  }

  private mutating func compileSplit(_ node: Node) -> Bool {
    let input = type(node.inputs[0])
    guard let axis = input.shape.normalized(axis: ResolvedAttributes(node.op, node.attributes).int("axis") ?? 0) else {
      return false
    }
    let outer = input.shape.prefix(axis).reduce(1, *)
    let inner = input.shape.dropFirst(axis + 1).reduce(1, *)
    let size = input.dtype.byteCount
    var source = memory[node.inputs[0]]
    for name in node.outputs where !name.isEmpty {
      let width = type(name).shape[axis] * inner
      if outer == 1 {
        alias(name, source)
      } else if let layout = ZKLayout([outer, width], from: [input.shape[axis] * inner, 1], to: [width, 1]) {
        addCopy(node, layout, size, from: source, to: place(name))
      }
      source.offset += width * size
    }
    return true
  }
}
