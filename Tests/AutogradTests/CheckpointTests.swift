import Autograd
import GraphIR
import TestSupport
import Testing

@Suite("Activation checkpointing")
struct CheckpointTests {
  @Test("value and derivatives of orders 1 to 3 are those without a checkpoint", arguments: 1...3)
  func orders(order: Int) throws {
    func function(_ x: Tensor, _ w: Tensor) -> Tensor { ((x * w).tanh() * x).exp() }
    func derivatives(_ y: Tensor, _ x: Tensor, _ w: Tensor) throws -> [TensorValue] {
      var (y, values) = (y, [y.value])
      for _ in 1...order {
        let gradients = try grad([y.sum()], [x, w], createGraph: true).compactMap { $0 }
        values += gradients.map(\.value)
        y = gradients[0] * gradients[1]
      }
      return values
    }
    let (x, w) = (variable([0.3, -0.7]), variable([1.1, 0.4]))
    let expected = try derivatives(function(x, w).tanh(), x, w)
    func expectSame(_ y: Tensor) throws {
      let found = try derivatives(y, x, w)
      // The first derivative has the same bits. Higher ones add their parts in a different order.
      #expect(found.prefix(3) == expected.prefix(3))
      #expect(mismatch(found.flatMap(\.doubles), expected.flatMap(\.doubles), relative: 1e-12) == nil)
    }
    try expectSame(checkpoint { function(x, w) }.tanh())
    // The whole function, a chain of two checkpoints, and one nested in another.
    try expectSame(checkpoint { function(x, w).tanh() })
    let inner = try checkpoint { function(x, w) }
    try expectSame(checkpoint { inner.tanh() })
    try expectSame(checkpoint { try checkpoint { function(x, w) }.tanh() })
    try gradcheck([x.value, w.value], order: order) { inputs in
      [try checkpoint { function(inputs[0], inputs[1]) }]
    }
  }

  @Test("a captured tensor and the tensor that it was computed from get their own gradients")
  func captures() throws {
    let x = variable([3])
    let h = x * x
    let y = try checkpoint { h * x }
    #expect(try grad([y], [x, h], retainGraph: true).map { $0?.item } == [27, 3])
    try y.backward()
    #expect(x.grad?.item == 27)
  }

  @Test("several outputs, some without a gradient or captured from outside")
  func outputs() throws {
    let (x, c) = (variable([3]), constant([5]))
    let outputs = try checkpoint { [x * x, c, x, x * c] }
    #expect(outputs.map(\.requiresGrad) == [true, false, true, true])
    #expect(try grad([outputs[0], outputs[2]], [x], retainGraph: true)[0]?.item == 7)
    #expect(try grad(outputs[3], x).item == 5)
    #expect(try noGrad { try checkpoint { x * x } }.isLeaf)
    #expect(try checkpoint { c * c }.isLeaf)
  }

  @Test("a gradient penalty inside of a checkpoint")
  func penaltyInside() throws {
    let w = variable([1, 1])
    func penalty() throws -> Tensor {
      let x = variable([3, 4])
      return (try grad((w * x * x * 0.5).sum(), x, createGraph: true).norm() - 1).squared()
    }
    let expected = try grad(penalty(), w)
    #expect(try grad(checkpoint(penalty), w).value == expected.value)
  }

  @Test("values of the first run are released, and those of the second after the pass")
  func memory() throws {
    weak var first: Tensor?
    var runs = 0
    let x = variable([0.5])
    let y = try checkpoint {
      let hidden = x.exp()
      first = hidden
      runs += 1
      return hidden.tanh()
    }
    #expect(first == nil && runs == 1)
    _ = try grad(y, x, retainGraph: true)
    #expect(first == nil && runs == 2)
    _ = try grad(y, x, createGraph: true)
    #expect(runs == 3)
  }

  @Test("the second run draws the same values, and the stream continues as after one run")
  func random() throws {
    var stream = RandomStream(seed: 7, name: "dropout")
    let x = Tensor(TensorValue([Float](repeating: 1, count: 64)), requiresGrad: true)
    func body(_ stream: inout RandomStream) -> Tensor {
      x * (Tensor(stream.uniform([64])) .> x.detached() * 0.5).cast(to: .float32)
    }
    var plain = stream
    let mask = body(&plain)
    let y = try checkpoint(drawing: &stream, body)
    #expect(stream == plain && y.value == mask.value)
    let z = try checkpoint(drawing: &stream, body)
    #expect(z.value != y.value)
    #expect(try grad(y.sum(), x).value == mask.value)
    #expect(try grad(z.sum(), x).value == z.value)
  }

  @Test("hooks on captured tensors run once, with the whole gradient; hooks inside run in backward")
  func hooks() throws {
    let x = variable([3])
    let h = x * 1
    var seen: [Double] = []
    try h.registerHook {
      seen.append($0.item)
      return nil
    }
    let y = try checkpoint {
      let inside = h * h
      try inside.registerHook { $0 * 10 }
      return inside
    }
    #expect(try grad(y + h, x).item == 61 && seen == [61])
  }

  @Test("a captured tensor that is changed in place, and a freed graph, are errors")
  func errors() throws {
    let x = variable([2])
    let y = try checkpoint { x * x }
    x.replace(with: TensorValue([4.0]))
    expectError(.inPlace, "checkpoint") { _ = try grad(y, x) }
    let z = try checkpoint { x * x }
    _ = try grad(z, x)
    expectError(.freed, "checkpoint", "retainGraph") { _ = try grad(z, x) }
  }

  @Test("a chain of 20,000 checkpoints is traversed and released without recursion")
  func chain() throws {
    weak var watched: Tensor?
    do {
      let x = variable([1])
      watched = x
      var y = x
      for _ in 0..<20_000 {
        let before = y
        y = try checkpoint { before * 1 }
      }
      #expect(try grad(y, x, retainGraph: true).item == 1)
    }
    #expect(watched == nil)
  }
}
