import Autograd
import GraphIR
import TestSupport
import Testing

/// x³, from its saved input.
private struct Cube: DifferentiableFunction {
  func forward(_ context: FunctionContext, _ inputs: [Tensor]) -> [Tensor] {
    context.saveForBackward(inputs[0])
    return [inputs[0] * inputs[0] * inputs[0]]
  }
  func backward(_ context: FunctionContext, _ gradOutputs: [Tensor]) -> [Tensor?] {
    let x = context.savedTensors[0]
    return [gradOutputs[0] * 3 * x * x]
  }
}

/// eˣ, from its saved output, with a constant output without a derivative.
private struct Exponential: DifferentiableFunction {
  func forward(_ context: FunctionContext, _ inputs: [Tensor]) -> [Tensor] {
    let outputs = [inputs[0].exp(), inputs[0] * 2]
    context.saveForBackward(outputs[0])
    context.markNonDifferentiable(outputs[1])
    return outputs
  }
  func backward(_ context: FunctionContext, _ gradOutputs: [Tensor]) -> [Tensor?] {
    [gradOutputs[0] * context.savedTensors[0]]
  }
}

/// x·y and x + y; the second derivative is not implemented.
private struct Pair: OnceDifferentiableFunction {
  let name = "product and sum"
  func forward(_ context: FunctionContext, _ inputs: [Tensor]) -> [Tensor] {
    context.saveForBackward(inputs[0], inputs[1])
    return [inputs[0] * inputs[1], inputs[0] + inputs[1]]
  }
  func backward(_ context: FunctionContext, _ gradOutputs: [Tensor]) -> [Tensor?] {
    #expect(context.needsInputGrad[0])
    let (x, y) = (context.savedTensors[0], context.savedTensors[1])
    let first = gradOutputs[0] * y + gradOutputs[1]
    return [first, context.needsInputGrad[1] ? gradOutputs[0] * x + gradOutputs[1] : nil]
  }
}

@Suite("Custom functions")
struct FunctionTests {
  @Test("a differentiable function has derivatives of any order, from saved inputs and from saved outputs")
  func anyOrder() throws {
    let x = variable([2])
    var y = try apply(Cube(), [x])[0]
    #expect(!y.isLeaf && "\(y)".contains("computed by Cube"))
    for expected in [12.0, 12, 6] {
      y = try grad(y.sum(), x, createGraph: true)
      #expect(y.item == expected)
    }
    let z = try apply(Exponential(), [x])
    #expect(!z[1].requiresGrad && z[1].item == 4)
    let second = try grad(try grad(z[0].sum(), x, createGraph: true).sum(), x, createGraph: true)
    #expect(second.item == z[0].item)
    for order in 1...3 {
      try gradcheck([TensorValue([0.3, -0.8])], order: order) {
        [try apply(Cube(), [try apply(Exponential(), [$0[0]])[0] * $0[0]])[0]]
      }
    }
  }

  @Test("several inputs and outputs: zeros for outputs without a gradient, no gradient for inputs that need none")
  func pair() throws {
    let (x, y) = (variable([3]), variable([5]))
    let outputs = try apply(Pair(), [x, y])
    #expect(try grad([outputs[0]], [x, y], retainGraph: true).map { $0?.item } == [5, 3])
    #expect(try grad(outputs, [x, y]).map { $0?.item } == [6, 4])
    let half = try apply(Pair(), [x, constant([5])])
    #expect(try grad(half[1], x).item == 1)
    try gradcheck([TensorValue([0.3]), TensorValue([0.7])]) { try apply(Pair(), $0) }
  }

  @Test(
    "a once differentiable function gives a gradient with createGraph, whose own derivative is an error that names it")
  func once() throws {
    let (x, y) = (variable([3]), variable([5]))
    let first = try grad(apply(Pair(), [x, y])[0], x, createGraph: true)
    #expect(first.item == 5 && first.requiresGrad)
    expectError(.notDifferentiable, "product and sum", "once", "DifferentiableFunction") { _ = try grad(first, y) }
    // All other functions still have a second derivative.
    let sum = try grad((x * x).sum() + apply(Pair(), [y, y])[0].sum(), x, createGraph: true)
    #expect(try grad(sum, x).item == 2)
  }

  @Test("functions follow modes, and record nothing of their own computation")
  func modes() throws {
    let x = variable([2])
    #expect(try noGrad { try apply(Cube(), [x])[0] }.isLeaf)
    #expect(try apply(Cube(), [constant([2])])[0].isLeaf)
    #expect(try grad(noGrad { x * x } * apply(Cube(), [x])[0], x).item == 4 * 12)
  }

  @Test("a saved input that is changed in place, and a graph that was freed, are errors that name the function")
  func lifetime() throws {
    let x = variable([2])
    let y = try apply(Cube(), [x])[0]
    _ = try grad(y, x)
    expectError(.freed, "Cube", "retainGraph") { _ = try grad(y, x) }
    let z = try apply(Cube(), [x])[0]
    x.replace(with: TensorValue([4.0]))
    expectError(.inPlace, "input 0 of Cube") { _ = try grad(z, x) }
  }

  @Test("an error that backward throws passes through")
  func throwing() throws {
    struct Stop: Error {}
    struct Stopping: DifferentiableFunction {
      func forward(_ context: FunctionContext, _ inputs: [Tensor]) -> [Tensor] { [inputs[0] * 2] }
      func backward(_ context: FunctionContext, _ gradOutputs: [Tensor]) throws -> [Tensor?] { throw Stop() }
    }
    let x = variable([2])
    let y = try apply(Stopping(), [x])[0]
    #expect(throws: Stop.self) { try y.backward() }
  }

  @Test("a chain of 100,000 functions is traversed and released without recursion")
  func chain() throws {
    weak var watched: Tensor?
    do {
      let x = variable([1])
      watched = x
      var y = x
      for _ in 0..<100_000 { y = try apply(Cube(), [y])[0] }
      _ = try apply(Cube(), [y])
      let z = try apply(Cube(), [x])[0]
      #expect(try grad(z, x).item == 3)
    }
    #expect(watched == nil)
  }
}
