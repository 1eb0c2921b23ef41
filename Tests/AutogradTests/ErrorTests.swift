import Autograd
import GraphIR
import Testing

/// A function whose gradients are given.
private struct Careless: DifferentiableFunction {
  let gradients: [Tensor?]
  func forward(_ context: FunctionContext, _ inputs: [Tensor]) -> [Tensor] { [inputs[0] * 2] }
  func backward(_ context: FunctionContext, _ gradOutputs: [Tensor]) -> [Tensor?] { gradients }
}

/// A possible mistake of a user reaches every error code. The message names the thing and the remedy.
@Suite("Errors")
struct ErrorTests {
  @Test("the mistake of each code throws it", arguments: AutogradError.Code.allCases)
  func codes(code: AutogradError.Code) throws {
    let x = variable([1, 2])
    switch code {
    case .nonScalarOutput:
      expectError(code, "output 0", "float64[2]", "gradOutputs", "sum()") { _ = try grad(x * x, x) }
      expectError(code, "output 0", "float64[2]") { try (x * x).backward() }
      expectError(code, "output 1") { _ = try grad([x.sum(), x * x], [x]) }
    case .gradOutputs:
      expectError(code, "2 gradOutputs for 1 outputs") { _ = try grad([x], [x], gradOutputs: [x, x]) }
      expectError(code, "gradOutputs[0]", "float64[3]", "expected float64[2]") {
        _ = try grad(x * x, x, gradOutputs: constant([1, 2, 3]))
      }
      expectError(code, "gradOutputs[1]", "float32[2]", "expected float64[2]") {
        let single = Tensor(TensorValue([Float(1), 1]))
        _ = try grad([x, x * x], [x], gradOutputs: [constant([1, 1]), single])
      }
    case .requiresNoGrad:
      expectError(code, "input 1", "float64[1]", "requiresGrad: true") { _ = try grad([x.sum()], [x, constant([1])]) }
      expectError(code, "output 0", "noGrad") { _ = try grad(noGrad { x.sum() }, x) }
      expectError(code, "output 0") { try constant([1], []).backward() }
      expectError(code, "output 1") {
        _ = try grad([x.sum(), constant([1])], [x], gradOutputs: [nil, constant([1])])
      }
    case .unused:
      expectError(code, "input 0", "float64[2]", "allowUnused", "materializeGrads") { _ = try grad(variable(1) * 2, x) }
    case .freed:
      let y = x.sum()
      _ = try grad(y, x)
      expectError(code, "ReduceSum", "retainGraph: true") { _ = try grad(y, x) }
    case .inPlace:
      let y = x * x
      x.replace(with: TensorValue([5.0, 6]))
      expectError(code, "input 1 of Mul", "replace(with:)", "detached") { _ = try grad(y.sum(), x) }
    case .notDifferentiable:
      let (rate, step) = (constant([0.1], []), Tensor(TensorValue(scalar: Int64(1))))
      let next = try apply(.adamStep, [rate, step, x, x, x, x], outputCount: 3)
      expectError(code, "AdamStep", "noGrad {}", "tensor operators") { _ = try grad(next[0].sum(), x) }
    case .gradcheck:
      // d(2x)/dx is 2, but the tape does not see the detached half.
      expectError(code, "input 0[1]", "output 0[1]", "the derivative is 1.0") {
        try gradcheck([TensorValue([0.0, 1])]) { inputs in
          let hidden = inputs[0].detached() * constant([0, 1])
          return [inputs[0] * constant([2, 1]) + hidden]
        }
      }
      expectError(code, "nothing to check", "0 floating-point inputs") {
        try gradcheck([TensorValue([Int64(1)])]) { _ in [constant([1])] }
      }
      expectError(code, "nothing to check", "0 floating-point outputs") {
        try gradcheck([TensorValue([1.0])]) { [$0[0] .> constant([0])] }
      }
    case .hook:
      expectError(code, "float64[2]", "requires no gradient") { try constant([1, 2]).registerHook { $0 } }
      expectError(code, "float64[2]", "retainGrad()") { try constant([1, 2]).retainGrad() }
      try x.registerHook { $0.sum() }
      expectError(code, "float64[]", "expected float64[2]") { _ = try grad((x * x).sum(), x) }
    case .function:
      expectError(code, "backward of Careless", "each of its 1 inputs, found 2") {
        _ = try grad(apply(Careless(gradients: [x, x]), [x])[0].sum(), x)
      }
      expectError(code, "backward of Careless: expected float64[2]", "input 0", "found float64[]") {
        _ = try grad(apply(Careless(gradients: [x.sum()]), [x])[0].sum(), x)
      }
      var count = 0
      let y = try checkpoint {
        count += 1
        return concatenated([Tensor](repeating: x, count: count), axis: 0)
      }
      expectError(code, "checkpoint", "float64[2]", "float64[4]", "the same") { _ = try grad(y.sum(), x) }
    case .anomaly:
      expectError(code, "output 0 of Log") { _ = try detectAnomaly { (-x).log() } }
    case .trace:
      let trace = Trace(name: "net", symbols: ["batch"])
      let input = try trace.input("image", TensorType(.float64, [-1, 2]))
      let weight = try trace.parameter("weight", TensorType(.float64, [2, 1]))
      try trace.output(input.matmul(weight))
      let net = trace.graph
      expectError(code, "'net' takes 1 inputs, found 0") { _ = try net([], parameters: [:]) }
      let image = constant([1, 2], [1, 2])
      expectError(code, "'weight'", "float64[2, 1]", "found nothing") { _ = try net([image], parameters: [:]) }
      expectError(code, "'weight'", "float64[2, 1]", "found float64[2]") {
        _ = try net([image], parameters: ["weight": x])
      }
      expectError(code, "'image'", "float64[batch, 2]", "found float64[1, 3]") {
        _ = try net([constant([1, 2, 3], [1, 3])], parameters: ["weight": constant([1, 2], [2, 1])])
      }
    }
  }

  @Test("an operator called with arguments that do not fit throws the vocabulary's error")
  func graphErrors() throws {
    let x = constant([1, 2])
    let error = #expect(throws: GraphError.self) { try apply(.gemm, [x, x]) }
    #expect(error?.code == .shape)
    #expect(throws: GraphError.self) { try apply(.add, [x]) }
    #expect(throws: GraphError.self) { try apply(.add, [x, x.cast(to: .int64)]) }
    #expect(throws: GraphError.self) { try apply(.leakyRelu, [x], ["slope": .float(0.1)]) }
  }

  @Test("a backend's error passes through")
  func backendErrors() throws {
    struct Broken: Backend, Error {
      let name = "broken"
      func run(
        _ op: Op, inputs: [TensorValue?], attributes: Attributes, outputs: [TensorType]
      ) throws -> [TensorValue] { throw self }
    }
    let x = constant([1])
    #expect(throws: Broken.self) {
      try CurrentBackend.$value.withValue(Broken()) { try apply(.exp, [x]) }
    }
  }

  @Test("an error prints its message and its cause")
  func description() {
    let cause = GraphError(.shape, "[2] is no matrix")
    #expect("\(AutogradError(.trace, "no call", cause: cause))" == "no call: [2] is no matrix")
    #expect("\(AutogradError(.trace, "no call"))" == "no call")
  }
}
