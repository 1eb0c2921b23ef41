import CKernels
import GraphIR

/// A convolution of oneDNN with its layouts, not yet bound to tensors.
private final class ConvolutionHandle {
  let pointer: OpaquePointer

  /// Returns nil if oneDNN has no primitive.
  init?(_ result: ZKConvolutionResult, _ problem: ZKConvolution, threads: Int) {
    var problem = problem
    guard let pointer = zk_convolution_bind(result, &problem, Int32(clamping: threads)) else { return nil }
    self.pointer = pointer
  }

  deinit { zk_convolution_release(pointer) }

  /// The layout of an operand; nil for a plain one.
  func layout(_ operand: ZKConvolutionOperand) -> BlockedLayout? {
    var layout = ZKBlockedLayout()
    guard zk_convolution_layout(pointer, operand, &layout), layout.count <= ZKMaxRank else { return nil }
    return BlockedLayout(layout)
  }
}

extension PlanCompiler {
  /// Compiles a convolution with its tensors in oneDNN's layouts. Returns false if oneDNN has no primitive for it.
  mutating func compileConvolution(_ node: Node) -> Bool {
    guard let (result, names) = convolution(of: node), type(node.outputs[0]).dtype == .float32,
      let shape = try? result.shape(
        type(node.inputs[0]).shape, type(node.inputs[1]).shape, ResolvedAttributes(node.op, node.attributes))
    else { return false }
    let bias = node.inputs.count > 2 && !node.inputs[2].isEmpty ? node.inputs[2] : nil
    guard bias == nil || result == .Y, let problem = ZKConvolution(shape, hasBias: bias != nil) else { return false }
    guard names.allSatisfy({ type($0).shape.elementCount > 0 }),
      let handle = ConvolutionHandle(result, problem, threads: threads)
    else { return false }
    // Grouped weights have an additional axis in oneDNN.
    let layouts = [handle.layout(.X), shape.groups == 1 ? handle.layout(.W) : nil, handle.layout(.Y)]
    let isGiven = layouts.map { $0 != nil }
    var views: [PlanView] = []
    for (name, layout) in zip(names, layouts) {
      if name == node.outputs[0] {
        views.append(layout.map { place(name, $0) } ?? place(name))
      } else {
        views.append(layout.map { blocked(name, $0) } ?? plain(name))
      }
    }
    let biasView = bias.map { plain($0) }
    var draft = PlanDraft(title: node.op.rawValue) { [views] binder in
      let pointers = views.map { Optional(binder.pointer($0)) }
      let bias = biasView.map { binder.pointer($0).assumingMemoryBound(to: Float.self) }
      guard zk_convolution_set(handle.pointer, isGiven, pointers, bias) else {
        throw ExecutionError(.failed, "oneDNN has no tensors for '\(node.name)'")
      }
      return BoundInstruction(
        zk_convolution_run, UnsafeMutableRawPointer(handle.pointer),
        scratch: (zk_convolution_scratch_size(handle.pointer), { zk_convolution_set_scratch(handle.pointer, $0) })
      ) { withExtendedLifetime(handle) {} }
    }
    draft.detail = describe(Array(node.inputs[..<2]), ", ", [node.outputs[0]])
    for (name, view) in zip(names, views) {
      if name == node.outputs[0] { draft.writes.append(view) } else { draft.reads.append(view) }
    }
    if let biasView { draft.reads.append(biasView) }
    draft.flops = flops(of: node)
    draft.isAlone = true
    add(draft, [node])
    return true
  }

  /// The result of a convolution, and the names of its images, weights and outputs; nil for other calls.
  func convolution(of node: Node) -> (result: ZKConvolutionResult, names: [String])? {
    let kernel = KernelTable.kernel(of: node.op, ResolvedAttributes(node.op, node.attributes))
    guard case .convolution(let result)? = kernel else { return nil }
    return switch result {
    case .Y: (result, [node.inputs[0], node.inputs[1], node.outputs[0]])
    case .X: (result, [node.outputs[0], node.inputs[1], node.inputs[0]])
    case .W: (result, [node.inputs[0], node.outputs[0], node.inputs[1]])
    }
  }

  /// The location of a value as a plain tensor. A value in blocks only is reordered.
  mutating func plain(_ name: String) -> PlanView {
    guard !memory.isPlain(name), let form = memory.blockedForm(name) else { return memory[name] }
    let view = place(name)
    addReorder(name, form.layout, from: form.view, to: view, isBack: true)
    return view
  }

  /// The location of a value in a layout. It is reordered if necessary.
  mutating func blocked(_ name: String, _ layout: BlockedLayout) -> PlanView {
    if let view = memory.blocked(name, layout) { return view }
    let source = plain(name)
    let view = place(name, layout)
    addReorder(name, layout, from: source, to: view, isBack: false)
    return view
  }

  /// A place for a value in a layout.
  mutating func place(_ name: String, _ layout: BlockedLayout) -> PlanView {
    let view = buffer(type(name).byteCount)
    memory.place(name, layout, at: view)
    return view
  }

  private mutating func addReorder(
    _ name: String, _ layout: BlockedLayout, from source: PlanView, to destination: PlanView, isBack: Bool
  ) {
    let type = type(name)
    guard let copy = layout.copy(type.shape, isBack: isBack) else {
      preconditionFailure("\(layout) has too many parts")
    }
    var draft = PlanDraft(title: "Reorder") { binder in
      BoundInstruction(
        zk_copy_run,
        ZKBoundCopy(
          element_size: type.dtype.byteCount, layout: copy, source: binder.pointer(source),
          destination: binder.pointer(destination)))
    }
    draft.detail = isBack ? "\(type.shape) out of blocks" : "\(type.shape) into blocks"
    (draft.reads, draft.writes) = ([source], [destination])
    drafts.append(draft)
  }
}
