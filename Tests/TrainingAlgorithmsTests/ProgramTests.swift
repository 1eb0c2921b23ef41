import TrainingAlgorithms
import Autograd
import GraphRuntime
import GraphIR
import TestSupport
import Testing

/// The content of programs. A plan computes the step from which a program was traced.
@Suite struct ProgramTests {
  private func inputs(of program: Graph, _ stream: inout RandomStream) -> [String: TensorValue] {
    var inputs: [String: TensorValue] = [:]
    for input in program.inputs {
      let value = input.name.hasPrefix("normal/") ? stream.normal(input.type.shape) : stream.uniform(input.type.shape)
      inputs[input.name] =
        input.type.dtype == .float32 ? value : TensorValue(value.doubles, shape: input.type.shape)
    }
    return inputs
  }

  /// A state after some steps: moments and statistics are not zero.
  private func state(of algorithm: WGANGP, dtype: DataType) throws -> [String: TensorValue] {
    var state = try TinyGAN.parameters(dtype: dtype)
    var stream = RandomStream(seed: 3, name: "moments")
    for parameter in try algorithm.programs().values.flatMap(\.parameters) where state[parameter.name] == nil {
      let positive = stream.uniform(parameter.type.shape, low: 0.1, high: 1)
      state[parameter.name] =
        switch parameter.type.dtype {
        case .int64: TensorValue(scalar: Int64(7))
        case .float64: TensorValue(positive.doubles, shape: parameter.type.shape)
        default: positive
        }
    }
    return state
  }

  @Test func aProgramIsTheSameWhenTracedAgain() throws {
    #expect(try TinyGAN.algorithm().programs() == TinyGAN.algorithm().programs())
    let programs = try TinyGAN.algorithm().programs()
    #expect(programs.keys.sorted() == ["critic", "generator"])
    #expect(programs["critic"]?.inputs.map(\.name).sorted() == ["data/real", "normal/noise", "uniform/alpha"])
    #expect(programs["critic"]?.outputs.map(\.name) == ["critic", "penalty", "wasserstein"])
    #expect(programs["generator"]?.inputs.map(\.name) == ["normal/noise"])
  }

  /// The steps in code, on tensors, against their programs: equal to the bit node by node, within rounding as plans.
  @Test(arguments: [DataType.float32, .float64]) func plansComputeTheSteps(dtype: DataType) throws {
    let algorithm = try TinyGAN.algorithm(dtype: dtype)
    let tolerance = dtype == .float32 ? 1e-6 : 1e-12
    let tensors = try state(of: algorithm, dtype: dtype)
    for (name, program) in try algorithm.programs() {
      var stream = RandomStream(seed: 5, name: name)
      let inputs = inputs(of: program, &stream)
      let given = { (input: String) in Tensor(try #require(inputs[input])) }
      let step = try Kernels.cpu.run {
        let state = tensors.mapValues { Tensor($0) }
        return name == "generator"
          ? try algorithm.generatorStep(state, noise: given("normal/noise"))
          : try algorithm.criticStep(
            state, real: given("data/real"), noise: given("normal/noise"), alpha: given("uniform/alpha"))
      }
      let own = tensors.filter { tensor in program.parameters.contains { $0.name == tensor.key } }
      let results = try Executor(program, parameters: own).run(inputs)
      for (metric, value) in results.outputs { #expect(value == step.metrics[metric]?.value, "\(name) \(metric)") }
      for (tensor, value) in results.updates { #expect(value == step.state[tensor]?.value, "\(name) \(tensor)") }

      let state = ProgramState(own, for: [program])
      let plan = try Plan(program, state: state)
      for (input, value) in inputs { plan.set(input, to: value) }
      try plan.compute()
      try plan.commit()
      for (metric, value) in results.outputs {
        #expect(mismatch(plan.output(metric), value, relative: tolerance) == nil, "\(name) \(metric)")
      }
      for (tensor, value) in state.tensors {
        let expected = results.updates[tensor] ?? own[tensor] ?? value
        let largest = expected.doubles.map(abs).max() ?? 0
        #expect(
          mismatch(value, expected, relative: tolerance, absolute: tolerance * largest) == nil, "\(name) \(tensor)")
      }
    }
  }
}
