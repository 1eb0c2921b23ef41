import GraphIR

/// The hooks of one tensor, which are called with its gradient.
final class GradientHooks {
  fileprivate typealias Hook = (key: Int, body: (Tensor) throws -> Tensor?)

  fileprivate var hooks: [Hook] = []
  private var keys = 0
  /// The tensor to whose ``Tensor/grad`` the gradient is added; a weak reference.
  fileprivate weak var retaining: Tensor?

  fileprivate func add(_ body: @escaping (Tensor) throws -> Tensor?) -> RemovableHandle {
    keys += 1
    hooks.append((keys, body))
    return RemovableHandle(self, keys)
  }

  /// Returns the gradient after all hooks.
  ///
  /// - Throws: ``AutogradError`` if a hook returns another type; errors of the hooks.
  func call(_ gradient: Tensor) throws -> Tensor {
    let result = try hooks.reduce(gradient) { gradient, hook in
      guard let replacement = try hook.body(gradient) else { return gradient }
      guard replacement.type == gradient.type else {
        throw AutogradError(.hook, "result of a hook: expected \(gradient.type), found \(replacement.type)")
      }
      return GradMode.isEnabled ? replacement : replacement.detached()
    }
    if let retaining {
      // Several tensors may share one gradient. Each gets a tensor of its own, which can be changed in place.
      retaining.grad = retaining.grad.map { $0 + result } ?? (GradMode.isEnabled ? result : result.detached())
    }
    return result
  }
}

/// A hook that can be removed. Releasing the handle does not remove the hook.
public final class RemovableHandle {
  private weak var hooks: GradientHooks?
  private let key: Int

  fileprivate init(_ hooks: GradientHooks, _ key: Int) {
    self.hooks = hooks
    self.key = key
  }

  /// Removes the hook; a second call does nothing.
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

  /// Calls `hook` with the gradient of this tensor each time a pass has computed it completely.
  ///
  /// Hooks run in the order of registration. They run before the gradient is propagated further, returned, or added to
  /// ``grad``. With `createGraph` the gradient has a graph, and its replacement may have one.
  ///
  /// ```swift
  /// let handle = try hidden.registerHook { $0 * 0.5 }
  /// defer { handle.remove() }
  /// ```
  /// Source: `torch.Tensor.register_hook`.
  ///
  /// - Parameter hook: returns the replacement of its argument, of the same type; nil keeps the argument.
  /// - Throws: ``AutogradError`` if the tensor requires no gradient.
  @discardableResult
  public func registerHook(_ hook: @escaping (Tensor) throws -> Tensor?) throws -> RemovableHandle {
    guard requiresGrad else {
      throw AutogradError(.hook, "a hook on a \(type) that requires no gradient would never be called")
    }
    return makeHooks().add(hook)
  }

  /// Adds the gradient of this tensor to its ``grad`` in every pass that computes it, as for leaves.
  ///
  /// The gradient is the one after all hooks. There is no effect on a leaf. Source: `torch.Tensor.retain_grad`.
  ///
  /// - Throws: ``AutogradError`` if the tensor requires no gradient.
  public func retainGrad() throws {
    guard requiresGrad else {
      throw AutogradError(.hook, "retainGrad() of a \(type) that requires no gradient: none would ever arrive")
    }
    if !isLeaf { makeHooks().retaining = self }
  }

  /// Whether ``retainGrad()`` was called.
  public var retainsGrad: Bool { !isLeaf && hooks?.retaining === self }
}
