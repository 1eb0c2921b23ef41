import GraphIR

/// What is called with the gradient of one tensor.
final class GradientHooks {
  fileprivate typealias Hook = (key: Int, body: (Tensor) throws -> Tensor?)

  fileprivate var hooks: [Hook] = []
  private var keys = 0
  /// The tensor whose ``Tensor/grad`` the gradient is added to; it is not held.
  fileprivate weak var retaining: Tensor?

  fileprivate func add(_ body: @escaping (Tensor) throws -> Tensor?) -> RemovableHandle {
    keys += 1
    hooks.append((keys, body))
    return RemovableHandle(self, keys)
  }

  /// The gradient as the hooks leave it.
  ///
  /// - Throws: ``AutogradError`` where a hook gives another type; what a hook throws.
  func call(_ gradient: Tensor) throws -> Tensor {
    let result = try hooks.reduce(gradient) { gradient, hook in
      guard let replacement = try hook.body(gradient) else { return gradient }
      guard replacement.type == gradient.type else {
        throw AutogradError(.hook, "a hook gave a gradient that is \(replacement.type), expected \(gradient.type)")
      }
      return GradMode.isEnabled ? replacement : replacement.detached()
    }
    if let retaining {
      // One tensor may be the gradient of several; each gets its own, so that it can be changed in place.
      retaining.grad = retaining.grad.map { $0 + result } ?? (GradMode.isEnabled ? result : result.detached())
    }
    return result
  }
}

/// A hook that can be taken away again. Letting go of the handle leaves the hook where it is.
public final class RemovableHandle {
  private weak var hooks: GradientHooks?
  private let key: Int

  fileprivate init(_ hooks: GradientHooks, _ key: Int) {
    self.hooks = hooks
    self.key = key
  }

  /// Takes the hook away; a second time does nothing.
  public func remove() {
    hooks?.hooks.removeAll { $0.key == key }
    hooks = nil
  }
}

extension Tensor {
  /// The hooks at this place on the tape.
  var hooks: GradientHooks? { node.map { $0.hooks[outputIndex] } ?? leafHooks }

  private func makeHooks() -> GradientHooks {
    if let hooks { return hooks }
    let hooks = GradientHooks()
    if let node { node.hooks[outputIndex] = hooks } else { leafHooks = hooks }
    return hooks
  }

  /// Calls `hook` with the gradient of this tensor, each time that a pass has computed all of it.
  ///
  /// Hooks run in the order in which they were registered, before the gradient goes on to what the tensor was computed from,
  /// and before it is returned or added to ``grad``. With `createGraph` the gradient has a graph, and so may what replaces it.
  ///
  /// ```swift
  /// let handle = try hidden.registerHook { $0 * 0.5 }
  /// defer { handle.remove() }
  /// ```
  /// Source: `torch.Tensor.register_hook`.
  ///
  /// - Parameter hook: gives the gradient that takes the place of its argument, of the same type; nil keeps it.
  /// - Throws: ``AutogradError`` where the tensor requires no gradient.
  @discardableResult
  public func registerHook(_ hook: @escaping (Tensor) throws -> Tensor?) throws -> RemovableHandle {
    guard requiresGrad else {
      throw AutogradError(.hook, "a hook on a \(type) that requires no gradient would never be called")
    }
    return makeHooks().add(hook)
  }

  /// Adds the gradient of this tensor to its ``grad`` in every pass that computes it, as passes do for leaves.
  ///
  /// The gradient is that which hooks leave. A leaf is left as it is. Source: `torch.Tensor.retain_grad`.
  ///
  /// - Throws: ``AutogradError`` where the tensor requires no gradient.
  public func retainGrad() throws {
    guard requiresGrad else {
      throw AutogradError(.hook, "retainGrad() of a \(type) that requires no gradient: none would ever arrive")
    }
    if !isLeaf { makeHooks().retaining = self }
  }

  /// Whether ``retainGrad()`` was called.
  public var retainsGrad: Bool { !isLeaf && hooks?.retaining === self }
}
