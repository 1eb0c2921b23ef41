import Autograd
import GraphIR
import TestSupport
import Testing

/// The documented behaviour of `Tensor.register_hook` and `retain_grad`; the values were checked in PyTorch 2.15.
@Suite("Hooks and retained gradients")
struct HookTests {
  /// x = 3, h = x², y = h².
  private static func square() -> (x: Tensor, h: Tensor, y: Tensor) {
    let x = variable(3)
    let h = x * x
    return (x, h, h * h)
  }

  @Test("a hook sees the whole gradient and may replace it, in grad and in backward")
  func replaces() throws {
    let (x, h, y) = Self.square()
    var seen: [String] = []
    try h.registerHook {
      seen.append("h \($0.item)")
      return $0 * 2
    }
    try x.registerHook {
      seen.append("x \($0.item)")
      return nil
    }
    #expect(try grad(y, x, retainGraph: true).item == 216)
    #expect(seen == ["h 18.0", "x 216.0"])
    seen = []
    #expect(try grad(y, h, retainGraph: true).item == 36)
    #expect(seen == ["h 18.0"])
    seen = []
    try y.backward()
    #expect(x.grad?.item == 216 && seen == ["h 18.0", "x 216.0"])
  }

  @Test("hooks run in order of registration, each on the result of the previous one, until they are removed")
  func order() throws {
    let (x, h, y) = Self.square()
    let double = try h.registerHook { $0 * 2 }
    try h.registerHook { $0 + 1 }
    #expect(try grad(y, h, retainGraph: true).item == 37)
    double.remove()
    double.remove()
    #expect(try grad(y, h, retainGraph: true).item == 19)
    #expect(try grad(y, x).item == 19 * 6)
  }

  @Test("releasing a handle keeps its hook; a handle that outlives its tensor does nothing")
  func handles() throws {
    let x = variable(3)
    do { _ = try x.registerHook { $0 * 10 } }
    #expect(try grad(x * 2, x).item == 20)
    var handle: RemovableHandle?
    do { handle = try variable(1).registerHook { $0 } }
    handle?.remove()
  }

  @Test("a hook runs once per pass, on the sum over all paths, and on an output's own vector")
  func once() throws {
    let x = variable(2)
    var seen: [Double] = []
    try x.registerHook {
      seen.append($0.item)
      return nil
    }
    let y = x * x + x
    try y.registerHook { $0 * 3 }
    #expect(try grad([y], [x, x]).map { $0?.item } == [15, 15])
    #expect(seen == [15])
  }

  @Test("hooks of leaves that are not requested, or that no gradient reaches, are not called")
  func notCalled() throws {
    let (x, w) = (variable(2), variable(3))
    try w.registerHook { _ in
      Issue.record("the hook was called")
      return nil
    }
    #expect(try grad(x * w, x).item == 3)
    #expect(try grad([x * 2], [w], materializeGrads: true)[0]?.item == 0)
  }

  @Test("with createGraph a hook's computation is differentiated, too")
  func createGraph() throws {
    let (x, h, y) = Self.square()
    try h.registerHook { $0.squared() }
    // 2h = 18 arrives at h, and 18² · 2x at x.
    let first = try grad(y, x, createGraph: true)
    #expect(first.item == 324 * 6)
    // Its derivative through 2x is 2 · 18². Through h, 8h · 2x = 432 arrives there, and the hook squares it in turn.
    #expect(try grad(first, x, retainGraph: true).item == 2 * 324 + 432 * 432 * 6)
    #expect(try !grad(y, x).requiresGrad)
  }

  @Test("an error that a hook throws ends the pass")
  func throwing() throws {
    struct Stop: Error {}
    let (x, h, y) = Self.square()
    try h.registerHook { _ in throw Stop() }
    #expect(throws: Stop.self) { _ = try grad(y, x) }
  }

  @Test("retainGrad keeps the gradient of a result after its hooks, in every pass; leaves need no retainGrad")
  func retains() throws {
    let (x, h, y) = Self.square()
    try h.retainGrad()
    try x.retainGrad()
    #expect(h.retainsGrad && !x.retainsGrad && !y.retainsGrad)
    try h.registerHook { $0 * 2 }
    _ = try grad(y, x, retainGraph: true)
    #expect(h.grad?.item == 36 && x.grad == nil)
    _ = try grad(y, h, retainGraph: true)
    #expect(h.grad?.item == 72)
    try y.backward(createGraph: true)
    #expect(h.grad?.item == 108 && x.grad?.item == 216)
    (x.grad, h.grad) = (nil, nil)
  }
}
