import Autograd
import Foundation
import GraphIR
import NN
import TestSupport
import Testing

/// Distributions of policies against Stable-Baselines3's.
@Suite struct DistributionTests {
  private typealias Tensors = [String: Tensor]

  /// The outputs of a distribution for the inputs of its case.
  private static func outputs(of name: String, _ inputs: Tensors) throws -> Tensors {
    func input(_ name: String) throws -> Tensor { try #require(inputs[name], "\(name)") }
    switch name.prefix(while: { $0 != "," }) {
    case "categorical":
      let policy = Categorical(logits: try input("logits"))
      return [
        "logProbability": policy.logProbability(of: try input("action")), "entropy": policy.entropy,
        "sample": policy.sample(uniform: try input("uniform")), "mode": policy.mode,
      ]
    case "multi-categorical":
      let policy = MultiCategorical(logits: try input("logits"), counts: [3, 1, 2])
      return [
        "logProbability": policy.logProbability(of: try input("action")), "entropy": policy.entropy,
        "sample": policy.sample(uniform: try input("uniform")), "mode": policy.mode,
      ]
    case "bernoulli":
      let policy = Bernoulli(logits: try input("logits"))
      return [
        "logProbability": policy.logProbability(of: try input("action")), "entropy": policy.entropy,
        "sample": policy.sample(uniform: try input("uniform")), "mode": policy.mode,
      ]
    case "gaussian", "gaussian with deviations of each sample":
      let policy = DiagonalGaussian(mean: try input("mean"), logDeviation: try input("logDeviation"))
      return [
        "logProbability": policy.logProbability(of: try input("action")), "entropy": policy.entropy,
        "sample": policy.sample(noise: try input("noise")), "mode": policy.mode,
      ]
    case "squashed gaussian":
      let clamped = SquashedGaussian.clamped(try input("logDeviation"))
      let policy = SquashedGaussian(mean: try input("mean"), logDeviation: clamped)
      let (action, logProbability) = policy.sample(noise: try input("noise"))
      return ["clamped": clamped, "action": action, "logProbability": logProbability, "mode": policy.mode]
    default:
      let policy = StateDependentGaussian(
        mean: try input("mean"), latent: try input("latent"), logDeviation: try input("logDeviation"),
        isSquashed: name.hasPrefix("squashed"))
      let (action, logProbability) = policy.sampleWithLogProbability(noise: try input("noise"))
      var outputs = [
        "logProbability": policy.logProbability(of: try input("action")), "mode": policy.mode,
        "sample": policy.sample(noise: try input("noise")), "sampleWithLogProbability": action,
        "logProbabilityOfSample": logProbability,
      ]
      outputs["entropy"] = policy.entropy
      return outputs
    }
  }

  /// Outputs, gradients and curvature by name, of tensors that may be symbols.
  private static func results(_ policy: AgentsFixture.Distribution, _ inputs: Tensors) throws -> [String: Tensors] {
    let outputs = try outputs(of: policy.name, inputs)
    let names = policy.gradients.keys.sorted()
    func gradients(_ value: Tensor) throws -> Tensors {
      let found = try grad([value], names.compactMap { inputs[$0] }, createGraph: true, materializeGrads: true)
      return Dictionary(uniqueKeysWithValues: zip(names, found.compactMap { $0 }))
    }
    func sum(_ tensors: [Tensor]) -> Tensor { tensors.dropFirst().reduce(tensors[0].sum()) { $0 + $1.sum() } }
    let weighted = try outputs.sorted { $0.key < $1.key }.map { name, output in
      output * (try #require(policy.weights[name], "\(name)")).tensor(output.dtype)
    }
    let first = try gradients(sum(weighted))
    let second = try gradients(sum(first.sorted { $0.key < $1.key }.map { $0.value.squared() }))
    return ["outputs": outputs, "gradients": first, "curvature": second]
  }

  private static func expect(
    _ found: [String: [String: TensorValue]], _ policy: AgentsFixture.Distribution, _ dtype: DataType
  ) {
    let expected = ["outputs": policy.outputs, "gradients": policy.gradients, "curvature": policy.curvature]
    for (kind, expected) in expected {
      let problem = AgentsFixture.mismatch(found[kind] ?? [:], expected, relative: dtype == .float64 ? 1e-9 : 1e-5)
      #expect(problem == nil, "\(kind)")
    }
  }

  @Test func thereIsACaseOfEachKind() {
    #expect(AgentsFixture.all.distributions.count == 12)
  }

  @Test(arguments: AgentsFixture.all.distributions, [DataType.float64, .float32])
  func valuesGradientsAndCurvature(policy: AgentsFixture.Distribution, dtype: DataType) throws {
    guard policy.dtype == nil || policy.dtype == dtype else { return }
    let inputs = Dictionary(
      uniqueKeysWithValues: policy.inputs.map { name, numbers in
        (name, numbers.tensor(dtype).detached(requiresGrad: policy.gradients[name] != nil))
      })
    Self.expect(try Self.results(policy, inputs).mapValues { $0.mapValues(\.value) }, policy, dtype)
  }

  @Test(arguments: AgentsFixture.all.distributions, [DataType.float64, .float32])
  func aTraceGivesTheSame(policy: AgentsFixture.Distribution, dtype: DataType) throws {
    guard policy.dtype == nil || policy.dtype == dtype else { return }
    let trace = Trace(name: "policy")
    var inputs: Tensors = [:]
    var feeds: [String: TensorValue] = [:]
    for (name, numbers) in policy.inputs.sorted(by: { $0.key < $1.key }) {
      let value = numbers.tensor(dtype).value
      inputs[name] = try trace.parameter(name, value.type, isTrainable: policy.gradients[name] != nil)
      feeds[name] = value
    }
    for (kind, tensors) in try Self.results(policy, inputs) {
      for (name, tensor) in tensors { try trace.output(tensor, named: "\(kind)/\(name)") }
    }
    let outputs = try Interpreter.run(trace.graph, feeds).outputs
    var found: [String: [String: TensorValue]] = [:]
    for (name, value) in outputs {
      let parts = name.split(separator: "/").map(String.init)
      found[parts[0], default: [:]][parts[1]] = value
    }
    Self.expect(found, policy, dtype)
  }

  /// A draw of 0 must not exclude an action that is almost certain.
  @Test(arguments: [DataType.float64, .float32]) func aDrawOfZeroIsAnyOther(dtype: DataType) {
    let logits = Tensor(TensorValue([0.0, 30, 0, 0, 0, 0], shape: [2, 3])).cast(to: dtype)
    let draws = Tensor(TensorValue([0.5, 0, 0.5, 0, 0, 0], shape: [2, 3])).cast(to: dtype)
    let found = Categorical(logits: logits).sample(uniform: draws)
    #expect(found.value.doubles == [0, 1, 0, 1, 0, 0])
  }

  /// Actions have the frequencies of their probabilities, within five standard errors.
  @Test func actionsHaveTheirProbabilities() {
    let (count, probabilities) = (20_000, [0.5, 0.3, 0.15, 0.05])
    var stream = RandomStream(seed: 5, name: "uniform")
    let logits = Tensor(TensorValue(probabilities)).log().cast(to: .float32).broadcast(to: [count, 4])
    let actions = Categorical(logits: logits).sample(uniform: Tensor(stream.uniform([count, 4])))
    #expect(actions.sum([1]).value == TensorValue(repeating: 1, type: TensorType(.float32, [count])))
    for (found, probability) in zip(actions.mean([0]).value.doubles, probabilities) {
      #expect(abs(found - probability) < 5 * (probability * (1 - probability) / Double(count)).squareRoot())
    }
  }

  /// Several actions at once have the frequencies of their probabilities, within five standard errors, and no others.
  @Test func severalActionsHaveTheirProbabilities() {
    let count = 20_000
    var stream = RandomStream(seed: 6, name: "uniform")
    func check(_ actions: Tensor, _ probabilities: [Double]) {
      for (found, probability) in zip(actions.mean([0]).value.doubles, probabilities) {
        #expect(abs(found - probability) < 5 * (probability * (1 - probability) / Double(count)).squareRoot())
      }
    }
    let several = [0.7, 0.3, 0.2, 0.5, 0.3]
    let logits = Tensor(TensorValue(several)).log().cast(to: .float32).broadcast(to: [count, 5])
    let actions = MultiCategorical(logits: logits, counts: [2, 3]).sample(uniform: Tensor(stream.uniform([count, 5])))
    #expect(actions.sum([1]).value == TensorValue(repeating: 2, type: TensorType(.float32, [count])))
    check(actions, several)
    // Independent: both parts at once have the product of the probabilities.
    let both = actions.sliced(axis: 1, from: 0, to: 1) * actions.sliced(axis: 1, from: 2, to: 3)
    check(both, [0.7 * 0.2])
    let odds = Tensor(TensorValue([0.1, 0.5, 0.8].map { log($0 / (1 - $0)) })).cast(to: .float32)
    let draws = Tensor(stream.uniform([count, 3]))
    check(Bernoulli(logits: odds.broadcast(to: [count, 3])).sample(uniform: draws), [0.1, 0.5, 0.8])
  }
}
