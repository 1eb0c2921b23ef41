import Autograd
import GraphIR
import Testing

@Suite("allowUnused, materializeGrads and derivatives that are zero")
struct UnusedInputTests {
  @Test("an unused input is an error that names it and both arguments that help")
  func unused() throws {
    let (x, other) = (variable(2), variable([1, 2, 3]))
    expectError(.unused, "input 1", "float64[3]", "allowUnused: true", "materializeGrads: true") {
      _ = try grad([x * x], [x, other])
    }
  }

  @Test("allowUnused gives nil for it")
  func allowed() throws {
    let (x, other) = (variable(2), variable([1, 2, 3]))
    let gradients = try grad([x * x], [other, x], allowUnused: true)
    #expect(gradients[0] == nil)
    #expect(gradients[1]?.item == 4)
  }

  @Test("materializeGrads gives zeros of its type")
  func materialized() throws {
    let (x, other) = (variable(2), Tensor(TensorValue([Float(1), 2]), requiresGrad: true))
    let gradients = try grad([x * x], [other, x], materializeGrads: true)
    #expect(gradients[0]?.value == TensorValue([Float(0), 0]))
    #expect(gradients[1]?.item == 4)
  }

  @Test("an input whose results are not part of the output is unused")
  func sibling() throws {
    let x = variable(2)
    let sibling = x * 3
    expectError(.unused, "input 0") { _ = try grad([x * x], [sibling]) }
  }

  @Test("an input whose derivative vanishes is used: zeros and no error")
  func zeroDerivative() throws {
    let x = variable([-1, 2])
    #expect(try grad(x.sign().sum(), x).value.doubles == [0, 0])
    let v = variable([3, 4])
    let slopes = try apply(.leakyReluGrad, [v, x])[0]
    #expect(try grad([slopes.sum()], [x])[0]?.value.doubles == [0, 0])
  }

  @Test("a vanishing second derivative is zeros, too: LeakyRelu is linear on both sides")
  func linear() throws {
    let (x, v) = (variable([-1, 2]), variable([3, 4]))
    let first = try grad(x.leakyRelu(0.5), x, gradOutputs: v, createGraph: true)
    #expect(first.value.doubles == [1.5, 4])
    let second = try grad([first], [x, v], gradOutputs: [constant([1, 1])])
    #expect(second.map { $0?.value.doubles } == [[0, 0], [0.5, 1]])
  }

  @Test("a path without a gradient does not hide one with a gradient")
  func mixed() throws {
    let x = variable([-1, 2])
    #expect(try grad((x.sign() * x).sum(), x).value.doubles == [-1, 1])
  }
}

@Suite("batched: several vectors at once")
struct BatchedTests {
  @Test("each leading element is a vector; the unit vectors give the Jacobian")
  func jacobian() throws {
    let x = variable([2, 3])
    let products = concatenated([x * x, x.sum(keepDims: true)], axis: 0)
    let unit = constant([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3])
    let jacobian = try grad(products, x, gradOutputs: unit, batched: true)
    #expect(jacobian.value == TensorValue([4.0, 0, 0, 6, 1, 1], shape: [3, 2]))
  }

  @Test("several outputs and inputs, each with the leading dimension; the graph is freed by the last")
  func several() throws {
    let (a, b) = (variable(2), variable([1, 1]))
    let outputs = [a * b, a * a]
    let vectors = [constant([1, 0, 0, 1], [2, 2]), constant([0, 10], [2])]
    let gradients = try grad(outputs, [a, b], gradOutputs: vectors, batched: true)
    #expect(gradients[0]?.value == TensorValue([1.0, 41]))
    #expect(gradients[1]?.value == TensorValue([2.0, 0, 0, 2], shape: [2, 2]))
    expectError(.freed) { _ = try grad(outputs, [a], gradOutputs: vectors, batched: true) }
  }

  @Test("createGraph and allowUnused work as without it")
  func options() throws {
    let (x, other) = (variable([2]), variable(1))
    let gradients = try grad(
      [x * x * x], [x, other], gradOutputs: [constant([1, 2], [2, 1])], createGraph: true, allowUnused: true,
      batched: true)
    #expect(gradients[0]?.value == TensorValue([12.0, 24], shape: [2, 1]))
    #expect(gradients[1] == nil)
    let first = try #require(gradients[0])
    #expect(try grad(first.sum(), x).value.doubles == [36])
  }

  @Test("vectors that do not share a leading dimension are refused")
  func extents() throws {
    let x = variable(2)
    let outputs = [x * x, x * 2]
    expectError(.gradOutputs, "batched", "[2, 3]") {
      _ = try grad(outputs, [x], gradOutputs: [constant([1, 2]), constant([1, 2, 3])], batched: true)
    }
    expectError(.gradOutputs, "batched") { _ = try grad(outputs, [x], batched: true) }
    expectError(.gradOutputs, "batched") { _ = try grad(outputs[0], x, gradOutputs: constant([1], []), batched: true) }
  }
}
