import Autograd
import GraphIR
import Testing

@Suite("Recording: leaves, detach, noGrad, enableGrad")
struct ModeTests {
  @Test("leaves are the caller's tensors")
  func leaves() {
    let x = variable(1)
    #expect(x.isLeaf && x.requiresGrad)
    #expect(constant([1]).isLeaf && !constant([1]).requiresGrad)
    #expect(!x.exp().isLeaf && x.exp().requiresGrad)
    #expect(constant([1]).exp().isLeaf)
  }

  @Test("detached: the same value, outside of the graph")
  func detached() throws {
    let x = variable(3)
    let y = x * x
    #expect(y.detached().item == 9 && y.detached().isLeaf && !y.detached().requiresGrad)
    // d(x² · const) = 2x · const
    #expect(try grad(y * y.detached(), x).item == 54)
    let leaf = y.detached(requiresGrad: true)
    #expect(try grad(leaf * leaf, leaf).item == 18)
    expectError(.unused) { _ = try grad(leaf * leaf, x) }
  }

  @Test("noGrad records nothing; enableGrad inside of it does; both end with their body")
  func modes() throws {
    let x = variable(2)
    #expect(GradMode.isEnabled)
    let (without, with) = noGrad { (x * x, enableGrad { x * x }) }
    #expect(GradMode.isEnabled)
    #expect(!without.requiresGrad && without.isLeaf)
    #expect(try grad(with, x).item == 4)
    struct Stop: Error {}
    #expect(throws: Stop.self) { try noGrad { throw Stop() } }
    #expect(GradMode.isEnabled)
  }

  @Test("results of noGrad are constants of later computations")
  func constantFactor() throws {
    let x = variable(2)
    let factor = noGrad { x * x }
    #expect(try grad(factor * x, x).item == 4)
  }

  @Test("createGraph records inside of noGrad, as the pass asks for it")
  func createGraphInsideNoGrad() throws {
    let x = variable(2)
    let y = x * x * x
    let second = try noGrad { try grad(grad(y, x, createGraph: true), x) }
    #expect(second.item == 12)
  }

  @Test("modes belong to a task: a child task inherits them, another one has its own")
  func tasks() async {
    let x = TensorValue([1.0])
    let inherited = await GradMode.$isEnabled.withValue(false) {
      await withTaskGroup(of: Bool.self) { group in
        group.addTask { Tensor(x, requiresGrad: true).exp().requiresGrad }
        return await group.next()
      }
    }
    #expect(inherited == false)
    let detached = await GradMode.$isEnabled.withValue(false) {
      await Task.detached { Tensor(x, requiresGrad: true).exp().requiresGrad }.value
    }
    #expect(detached)
  }

  @Test("integers and conditions never require a gradient, and operators on them are not recorded")
  func integers() throws {
    let x = variable([1, -2])
    #expect(!(x .> constant([0])).requiresGrad)
    #expect(!x.cast(to: .int64).requiresGrad)
    #expect(!x.cast(to: .int64).cast(to: .float64).requiresGrad)
    #expect(x.cast(to: .float32).requiresGrad)
  }
}

@Suite("backward and grad of leaves")
struct BackwardTests {
  @Test("backward adds to grad, and adds again")
  func accumulates() throws {
    let (x, w) = (variable([1, 2]), variable([3, 4]))
    try (x * w).sum().backward()
    #expect(x.grad?.value.doubles == [3, 4] && w.grad?.value.doubles == [1, 2])
    try (x * 2).sum().backward()
    #expect(x.grad?.value.doubles == [5, 6] && w.grad?.value.doubles == [1, 2])
    x.grad = nil
    try (x * w).backward(gradient: constant([10, 100]))
    #expect(x.grad?.value.doubles == [30, 400])
  }

  @Test("backward touches leaves only")
  func leavesOnly() throws {
    let (x, c) = (variable(2), constant([5], []))
    let h = x * c
    try (h * h).backward()
    #expect(x.grad?.item == 100)
    #expect(h.grad == nil && c.grad == nil)
  }

  @Test("backward frees the graph without retainGraph")
  func frees() throws {
    let x = variable(3)
    let y = x * x
    try y.backward(retainGraph: true)
    try y.backward()
    #expect(x.grad?.item == 12)
    expectError(.freed, "retainGraph") { try y.backward() }
  }

  @Test("backward with createGraph computes gradients that can be differentiated")
  func createGraph() throws {
    let x = variable(2)
    try (x * x * x).backward(createGraph: true)
    let first = try #require(x.grad)
    #expect(first.item == 12)
    #expect(try grad(first, x).item == 12)
    x.grad = nil
  }

  @Test("leaves that share a gradient do not share its tensor")
  func noAliases() throws {
    let (a, b, v) = (variable([1]), variable([2]), constant([3]))
    try (a + b).backward(gradient: v)
    a.grad?.replace(with: TensorValue([50.0]))
    #expect(b.grad?.value.doubles == [3] && v.value.doubles == [3])
  }

  @Test("onlyInputs touches the grad of no leaf")
  func onlyInputs() throws {
    let (x, w) = (variable(2), variable(3))
    let gradient = try grad([x * w], [x], onlyInputs: true)
    #expect(gradient[0]?.item == 3)
    #expect(x.grad == nil && w.grad == nil)
  }

  @Test("onlyInputs: false also adds the gradients of the remaining leaves to their grad")
  func otherInputs() throws {
    let (x, w, b) = (variable(2), variable(3), variable(4))
    w.grad = constant([100], [])
    let gradient = try grad([x * w + b], [x], onlyInputs: false)
    #expect(gradient[0]?.item == 3)
    #expect(x.grad == nil)
    #expect(w.grad?.item == 102)
    #expect(b.grad?.item == 1)
  }

  @Test("onlyInputs: false with respect to an intermediate result: its gradient, and the leaves before it")
  func otherInputsOfIntermediate() throws {
    let (x, w) = (variable(2), variable(3))
    let h = x * w
    let gradients = try grad([h * h], [h], onlyInputs: false)
    #expect(gradients[0]?.item == 12)
    #expect(x.grad?.item == 36 && w.grad?.item == 24)
  }
}
