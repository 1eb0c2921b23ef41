import CKernels
import GraphIR

extension PlanCompiler {
  /// Compiles calls that move elements: to views if nothing has to move, otherwise to strided copies.
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
    case .pad: return compilePad(node)
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
    // A view needs contiguous elements: all axes behind the first one with more than one element must be whole.
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

  /// Adds a copy of elements, with byte offsets at the source and at the destination.
  mutating func addCopy(
    _ node: Node, _ layout: ZKLayout, _ size: Int, from source: PlanView, offset: Int = 0, to destination: PlanView,
    at start: Int = 0
  ) {
    var draft = PlanDraft(title: node.op.rawValue) { binder in
      guard layout.count > 0 else { return nil }
      return BoundInstruction(
        zk_copy_run,
        ZKBoundCopy(
          element_size: size, layout: layout, source: binder.pointer(source) + offset,
          destination: binder.pointer(destination) + start))
    }
    draft.detail = describe([node.inputs[0]], ", ", [node.outputs[0]])
    (draft.reads, draft.writes) = ([source], [destination])
    add(draft, [node])
  }

  private mutating func compileConcat(_ node: Node) -> Bool {
    let output = type(node.outputs[0])
    // In an empty result, the second part would begin behind the end.
    guard output.shape.elementCount > 0 else {
      _ = place(node.outputs[0])
      return true
    }
    guard let axis = output.shape.normalized(axis: ResolvedAttributes(node.op, node.attributes).int("axis") ?? 0) else {
      return false
    }
    let outer = output.shape.prefix(axis).reduce(1, *)
    if outer == 1 {
      compileJoint(node)
      return true
    }
    let inner = output.shape.dropFirst(axis + 1).reduce(1, *)
    var destination = place(node.outputs[0])
    let size = output.dtype.byteCount
    for name in node.inputs {
      let width = type(name).shape[axis] * inner
      if let layout = ZKLayout([outer, width], from: [width, 1], to: [output.shape[axis] * inner, 1]) {
        addCopy(node, layout, size, from: memory[name], to: destination)
      }
      destination.offset += width * size
    }
    return true
  }

  /// Parts that are contiguous in the result are computed in place. If the first ones are already contiguous in another
  /// buffer, that buffer is extended.
  private mutating func compileJoint(_ node: Node) {
    let places = node.inputs.map { memory.root(memory[$0]) }
    let sizes = node.inputs.map { type($0).byteCount }
    var count = 1
    while count < places.count, places[count].buffer == places[0].buffer,
      places[count].offset == places[count - 1].offset + sizes[count - 1]
    { count += 1 }
    let isWhole = count == places.count
    let end = places[count - 1].offset + sizes[count - 1]
    var destination: PlanView
    let first = memory.buffers[places[0].buffer]
    if count > 1, isWhole || first.isArena && first.byteCount == end {
      destination = places[0]
      if !isWhole {
        let rest = sizes[count...].reduce(0, +)
        destination.buffer = buffer(end + rest).buffer
        _ = memory.makePart(places[0].buffer, of: PlanView(buffer: destination.buffer))
      }
      alias(node.outputs[0], destination)
      destination.offset = end
    } else {
      destination = place(node.outputs[0])
      count = 0
    }
    for (name, size) in zip(node.inputs, sizes).dropFirst(count) {
      if !makePart(name, of: destination) {
        addMove(from: memory[name], to: destination, byteCount: size, title: node.op.rawValue)
      }
      destination.offset += size
    }
  }

  private mutating func compileSplit(_ node: Node) -> Bool {
    let input = type(node.inputs[0])
    guard input.shape.elementCount > 0 else {
      for name in node.outputs where !name.isEmpty { _ = place(name) }
      return true
    }
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
