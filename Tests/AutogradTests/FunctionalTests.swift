import Autograd
import GraphIR
import TestSupport
import Testing

/// `torch.autograd.functional`: values from PyTorch (`Fixtures/functional/functional.py`), errors and graphs from its
/// documentation.
@Suite("vjp, jvp, hvp, vhp, jacobian, hessian, batched gradients")
struct FunctionalTests {
  struct Fixture: Decodable, Sendable {
    let x, y, u, v: Value
    let cases: [Case]
  }

  struct Case: Decodable, Sendable, CustomStringConvertible {
    let name: String
    let outputs, weights, vjp, jvp, jacobian, batch: [Value]
    let hvp, vhp, hessian: [Value]?
    let batched: [Value?]
    let batchedZeros: [Value]

    var description: String { name }
  }

  struct Value: Decodable, Sendable {
    let shape: [Int]
    let values: [Double]
    var tensor: Tensor { Tensor(TensorValue(values, shape: Shape(shape))) }
  }

  static let fixture: Fixture? = try? Fixtures.load("functional/functional.json")

  private static func function(_ name: String) throws -> TensorFunction {
    switch name {
    case "vector":
      { [($0[0] * $0[1]).tanh().sum([1]), ($0[0].exp() * $0[1]).sum([0]), ($0[1] * $0[1]).sum()] }
    case "scalar":
      {
        let (x, y) = ($0[0], $0[1])
        return [(x * y).tanh().sum() * y.exp().sum() + (x * x * x).mean()]
      }
    case "linear": { [($0[0] * 2).sum()] }
    case "one of two": { [($0[1] * $0[1] * $0[1]).sum()] }
    default: throw GraphError(.name, "no function '\(name)'")
    }
  }

  private static func expectEqual(_ found: [Tensor?], _ expected: [Value?], _ what: Comment) {
    #expect(found.count == expected.count, what)
    for (found, expected) in zip(found, expected) {
      guard let found, let expected else {
        #expect(found == nil && expected == nil, what)
        continue
      }
      let difference = mismatch(found.value, expected.tensor.value, relative: 1e-12, absolute: 1e-14)
      #expect(difference == nil, what)
    }
  }

  @Test("values and shapes are PyTorch's", arguments: fixture?.cases ?? [])
  func agrees(example: Case) throws {
    let fixture = try #require(Self.fixture)
    let function = try Self.function(example.name)
    let (inputs, vectors) = ([fixture.x.tensor, fixture.y.tensor], [fixture.u.tensor, fixture.v.tensor])
    let (outputs, products) = try vjp(function, inputs, example.weights.map(\.tensor))
    Self.expectEqual(outputs, example.outputs, "outputs")
    Self.expectEqual(products, example.vjp, "vjp")
    Self.expectEqual(try jvp(function, inputs, vectors).jvp, example.jvp, "jvp")
    Self.expectEqual(try jacobian(function, inputs).flatMap { $0 }, example.jacobian, "jacobian")
    guard let expectedHVP = example.hvp, let expectedVHP = example.vhp, let expected = example.hessian else { return }
    Self.expectEqual(try hvp(function, inputs, vectors).hvp, expectedHVP, "hvp")
    Self.expectEqual(try vhp(function, inputs, vectors).vhp, expectedVHP, "vhp")
    Self.expectEqual(try hessian(function, inputs).flatMap { $0 }, expected, "hessian")
  }

  @Test("batched and materializeGrads are PyTorch's", arguments: fixture?.cases ?? [])
  func batched(example: Case) throws {
    let fixture = try #require(Self.fixture)
    let inputs = [fixture.x, fixture.y].map { $0.tensor.detached(requiresGrad: true) }
    let outputs = try Self.function(example.name)(inputs)
    let batch = example.batch.map(\.tensor)
    Self.expectEqual(
      try grad(outputs, inputs, gradOutputs: batch, retainGraph: true, allowUnused: true, batched: true),
      example.batched, "allowUnused")
    // PyTorch's zeros lack the leading dimension of the other results.
    let expected = zip(example.batchedZeros, inputs).map { value, input in
      value.shape.count > input.shape.rank
        ? value.tensor : value.tensor.broadcast(to: Shape([3] + input.shape.dimensions))
    }
    let found = try grad(outputs, inputs, gradOutputs: batch, materializeGrads: true, batched: true)
    for (found, expected) in zip(found, expected) {
      let difference = mismatch(try #require(found).value, expected.value, relative: 1e-12, absolute: 1e-14)
      #expect(difference == nil, "materializeGrads")
    }
  }

  @Test("there are fixtures")
  func coverage() { #expect(Self.fixture?.cases.count == 4) }

  @Test("results have a graph with createGraph only, which leads to the arguments")
  func createGraph() throws {
    let x = variable([0.5, -1])
    func cube(_ x: Tensor) -> Tensor { x * x * x }
    let ones = constant([1, 1])
    #expect(try !jacobian(cube, x).requiresGrad && !jvp(cube, x, ones).jvp.requiresGrad)
    #expect(try !vjp(cube, x, ones).output.requiresGrad && !hessian({ cube($0).sum() }, x).requiresGrad)
    let results = [
      try vjp(cube, x, ones, createGraph: true).vjp, try jvp(cube, x, ones, createGraph: true).jvp,
      try jacobian(cube, x, createGraph: true).sum([1]),
    ]
    for result in results {
      #expect(result.value.doubles == [0.75, 3])
      #expect(try grad(result.sum(), x).value.doubles == [3, -6])
    }
    let second = [
      try hvp({ cube($0).sum() }, x, ones, createGraph: true).hvp,
      try vhp({ cube($0).sum() }, x, ones, createGraph: true).vhp,
      try hessian({ cube($0).sum() }, x, createGraph: true).sum([1]),
    ]
    for result in second {
      #expect(result.value.doubles == [3, -6])
      #expect(try grad(result.sum(), x).value.doubles == [6, 6])
    }
    #expect(x.grad == nil)
  }

  @Test("they differentiate inside of noGrad, too, and a constant argument stays constant")
  func modes() throws {
    let x = constant([2, 3])
    #expect(try noGrad { try jacobian({ $0 * $0 }, x) }.value.doubles == [4, 0, 0, 6])
    #expect(!x.requiresGrad)
  }

  @Test("strict: an output that does not depend on an input is an error that names it")
  func strict() throws {
    let inputs = [constant([1]), constant([2])]
    let first: TensorFunction = { [$0[0] * $0[0]] }
    #expect(try vjp(first, inputs).vjp.map(\.item) == [2, 0])
    expectError(.unused, "input 1", "strict: false") { _ = try vjp(first, inputs, strict: true) }
    expectError(.unused, "input 1") { _ = try jvp(first, inputs, [constant([1]), constant([1])], strict: true) }
    expectError(.unused, "input 1") { _ = try jacobian(first, inputs, strict: true) }
    expectError(.unused, "output 0", "no input") { _ = try jacobian({ _ in constant([1]) }, inputs[0], strict: true) }
    let linear: (Tensor) -> Tensor = { $0.sum() }
    #expect(try vhp(linear, inputs[0]).vhp.item == 0 && hessian(linear, inputs[0]).item == 0)
    #expect(try hvp(linear, inputs[0]).hvp.item == 0)
    expectError(.unused, "input 0", "constant") { _ = try hessian(linear, inputs[0], strict: true) }
    expectError(.unused, "input 0", "constant") { _ = try hvp(linear, inputs[0], strict: true) }
    expectError(.unused, "input 0", "constant") { _ = try vhp(linear, inputs[0], strict: true) }
    expectError(.unused, "input 0", "constant") { _ = try jacobian(linear, inputs[0], createGraph: true, strict: true) }
  }

  @Test("vectors that do not fit, and functions that are not scalar, are errors")
  func arguments() throws {
    let x = constant([1, 2])
    expectError(.gradOutputs, "single output", "float64[2]") { _ = try vjp({ $0 * $0 }, x) }
    expectError(.gradOutputs, "single input", "float64[2]") { _ = try jvp({ $0 * $0 }, x) }
    expectError(.gradOutputs, "float64[3]", "expected [float64[2]]") {
      _ = try jvp({ $0 * $0 }, x, constant([1, 2, 3]))
    }
    expectError(.nonScalarOutput, "hessian", "float64[2]") { _ = try hessian({ $0 * $0 }, x) }
    expectError(.nonScalarOutput, "hvp") { _ = try hvp({ $0 * $0 }, x, x) }
    expectError(.nonScalarOutput, "vhp") { _ = try vhp({ $0 * $0 }, x, x) }
  }

  @Test("gradgradcheck, with its own and with given vectors; float32 is refused")
  func gradgradcheck() throws {
    let x = TensorValue([0.7, -1.2])
    try Autograd.gradgradcheck([x]) { [$0[0].tanh() * $0[0]] }
    try Autograd.gradgradcheck([x], gradOutputs: [TensorValue([1.0, -2])]) { [$0[0].tanh() * $0[0]] }
    let wrong: TensorFunction = { inputs in
      let difference = inputs[0] - inputs[0].detached()
      return [difference * difference]
    }
    try gradcheck([x], wrong)
    expectError(.gradcheck) { try Autograd.gradgradcheck([x], wrong) }
    expectError(.gradcheck) { try Autograd.gradgradcheck([x], gradOutputs: [TensorValue([1.0, 1])], wrong) }
    expectError(.gradcheck, "input 0 is float32", "float64") {
      try gradcheck([TensorValue([Float(1)])]) { [$0[0] * 2] }
    }
  }
}
