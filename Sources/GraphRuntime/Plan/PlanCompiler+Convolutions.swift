import CKernels
import GraphIR

extension PlanCompiler {
  /// Compiles a convolution. Returns false if there is no instruction for it.
  mutating func compileConvolution(_ node: Node) -> Bool {
    guard let (result, names) = convolution(of: node), type(node.outputs[0]).dtype == .float32,
      let shape = try? result.shape(
        type(node.inputs[0]).shape, type(node.inputs[1]).shape, ResolvedAttributes(node.op, node.attributes))
    else { return false }
    let bias = node.inputs.count > 2 && !node.inputs[2].isEmpty ? memory[node.inputs[2]] : nil
    guard let problem = ZKConvolution(shape, hasBias: bias != nil), problem.hasPlan,
      names.allSatisfy({ type($0).shape.elementCount > 0 })
    else { return false }
    let (first, second) = (memory[node.inputs[0]], memory[node.inputs[1]])
    let out = place(node.outputs[0])
    var draft = PlanDraft(title: node.op.rawValue) { binder in
      var problem = problem
      func pointer(_ view: PlanView) -> UnsafeMutablePointer<Float> {
        binder.pointer(view).assumingMemoryBound(to: Float.self)
      }
      guard
        let bound = zk_convolution_bind(
          result, &problem, Int32(clamping: binder.threads), pointer(first), pointer(second), bias.map(pointer),
          pointer(out))
      else { throw ExecutionError(.failed, "there is no memory for convolution '\(node.name)'") }
      return BoundInstruction(
        zk_convolution_run, UnsafeMutableRawPointer(bound),
        scratch: (zk_convolution_scratch_size(bound), { zk_convolution_set_scratch(bound, $0) })
      ) { zk_convolution_release(bound) }
    }
    draft.detail = describe(Array(node.inputs[..<2]), ", ", [node.outputs[0]])
    (draft.reads, draft.writes) = ([first, second] + (bias.map { [$0] } ?? []), [out])
    draft.flops = flops(of: node)
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
}

extension ZKConvolution {
  /// Whether it can be prepared: kernels for floats support no negative padding.
  fileprivate var hasPlan: Bool { min(window.before.0, window.before.1, window.before.2) >= 0 }
}
