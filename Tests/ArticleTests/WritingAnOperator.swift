import Autograd
import GraphIR
import Testing

/// x³, whose derivative is written by hand.
struct Cube: DifferentiableFunction {
  func forward(_ context: FunctionContext, _ inputs: [Tensor]) throws -> [Tensor] {
    context.saveForBackward(inputs[0])
    return [inputs[0] * inputs[0] * inputs[0]]
  }

  func backward(_ context: FunctionContext, _ gradOutputs: [Tensor]) throws -> [Tensor?] {
    let x = context.savedTensors[0]
    return [gradOutputs[0] * 3 * x * x]
  }
}

extension ArticleTests {
  @Test func writeAnOperator() throws {
    let x = Tensor([2.0], requiresGrad: true)
    let y = try apply(Cube(), [x])[0]
    let first = try grad(y.sum(), x, createGraph: true)
    let second = try grad(first.sum(), x, createGraph: true)
    let third = try grad(second.sum(), x)
    #expect([first, second, third].map { $0.value.doubles[0] } == [12, 12, 6])
  }
}
