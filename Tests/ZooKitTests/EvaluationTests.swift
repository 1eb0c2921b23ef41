import TrainingAlgorithms
import Autograd
import Environments
import GraphRuntime
import Foundation
import GraphIR
import ZooKit
import RunStore
import Testing

/// Policies of stored runs, in their environments.
@Suite struct EvaluationTests {
  private static let agents = Recipe.builtIn.filter { $0.environment != nil }.map(\.name)

  /// A run long enough for changed policies and moments of observations.
  private func run(_ tiny: TinyZoo, _ model: String) throws -> Run {
    let recipe = try Recipe.small(model).setting("timeLimit=60")
    return try tiny.zoo.train(recipe, steps: 200, seed: 7, options: tiny.options())
  }

  /// The stored policy and the environment, without the trainer, against the trainer's own measurement.
  @Test(arguments: agents) func theStoredPolicyDoesWhatTheTrainersDoes(_ model: String) throws {
    let tiny = try TinyZoo()
    let run = try run(tiny, model)
    for step in try tiny.zoo.store.checkpoints(of: run.id).map(\.id.step) where step > 0 {
      let expected = try tiny.zoo.store.metrics(of: run.id, keys: [Metric.evaluation], steps: step...step).first
      guard let expected else { continue }
      let found = try tiny.zoo.evaluate("\(run.id)@\(step)", episodes: 2, seed: 1_000_000, isDeterministic: true)
      #expect(abs(found.returns.mean - expected.value) <= 1e-3 * abs(expected.value), "\(found.returns), \(expected)")
    }
    let best = try tiny.zoo.evaluate("\(run.id)@best", episodes: 2, seed: 1_000_000, isDeterministic: true)
    let metrics = try tiny.zoo.store.metrics(of: run.id, keys: [Metric.evaluation]).map(\.value)
    let value = try #require(metrics.max())
    #expect(metrics.count == 10 && abs(best.returns.mean - value) <= 1e-3 * abs(value))
  }

  /// The outputs of a policy's graph besides the action: its distribution, from the stored actor alone.
  @Test(arguments: [("ppo-cartpole", 4), ("ppo-pendulum", 3), ("sac-pendulum", 3), ("sac-mountaincar", 2)])
  func thePolicyGivesItsDistribution(_ model: String, _ width: Int) throws {
    let tiny = try TinyZoo()
    let run = try run(tiny, model)
    var stream = RandomStream(seed: 5, name: "observations")
    let observations = stream.normal([9, width])
    func outputs(_ role: String) throws -> [String: [Double]] {
      let network = try tiny.zoo.network(run.id, role)
      let input = network.graph.inputs[0].name
      let values = try Executor(network.graph, parameters: network.parameters).run([input: observations]).outputs
      return values.mapValues(\.doubles)
    }
    let (actor, policy) = (try outputs("actor"), try outputs("policy"))
    func expect(_ name: String, _ expected: [Double]) {
      let found = policy[name] ?? []
      #expect(found.count == expected.count)
      for (found, expected) in zip(found, expected) {
        #expect(abs(found - expected) <= 1e-5 * max(1, abs(expected)), "\(name): \(found), not \(expected)")
      }
    }
    if let logits = actor["logits"] {
      expect("logits", logits)
      expect("action", (0..<9).map { logits[2 * $0] >= logits[2 * $0 + 1] ? 0 : 1 })
      return
    }
    let mean = try #require(actor["mean"])
    expect("mean", mean)
    switch model {
    case "ppo-pendulum": expect("action", mean.map { min(max($0, -2), 2) })
    case "sac-pendulum": expect("action", mean.map { 2 * tanh($0) })
    default: expect("action", mean.map { tanh($0) })
    }
    var logDeviation = try #require(actor["logDeviation"])
    if let latent = actor["latent"] {
      // The standard deviation of latentᵀ · E for independent normal elements of E.
      let rows = latent.count / 9
      logDeviation = (0..<9).map { sample in
        let variance = (0..<rows).reduce(0) { $0 + pow(latent[sample * rows + $1] * exp(logDeviation[$1]), 2) }
        return log((variance + 1e-6).squareRoot())
      }
    }
    expect("logDeviation", logDeviation)
  }

  @Test func equalSeedsGiveEqualEpisodes() throws {
    let tiny = try TinyZoo()
    let run = try run(tiny, "ppo-cartpole")
    func episodes(_ count: Int, seed: UInt64, deterministic: Bool = false, noise: Double = 0) throws
      -> [PolicyEvaluation.Episode]
    {
      try tiny.zoo.evaluate(run.id, episodes: count, seed: seed, isDeterministic: deterministic, noise: noise).episodes
    }
    let drawn = try episodes(20, seed: 3)
    #expect(
      drawn.map(\.seed) == Array(3..<23) && drawn.allSatisfy { $0.return == Double($0.length) && $0.length <= 60 })
    #expect(try episodes(20, seed: 3) == drawn)
    #expect(try episodes(20, seed: 4) != drawn)
    let likely = try episodes(20, seed: 3, deterministic: true)
    #expect(likely != drawn)
    // Without draws, an episode depends on its seed alone.
    #expect(try episodes(7, seed: 3, deterministic: true) == Array(likely.prefix(7)))
    let disturbed = try episodes(20, seed: 3, deterministic: true, noise: 0.5)
    #expect(disturbed != likely)
    #expect(try episodes(20, seed: 3, deterministic: true, noise: 0.5) == disturbed)
  }

  /// Actions that are drawn for equal observations, as one batch.
  private func actions(
    _ environment: String, _ outputs: (Tensor) -> [(String, Tensor)], at observation: [Float],
    form: EnvironmentSettings.ActionForm
  ) throws -> ActionBatch {
    let trace = Trace(name: "policy", symbols: ["batch"])
    for (name, tensor) in outputs(try trace.input("observation", TensorType(.float32, [-1, observation.count]))) {
      try trace.output(tensor, named: name)
    }
    var sampler = try PolicySampler(
      trace.graph, parameters: [:], EnvironmentSettings(id: environment).spaces(), actionForm: form,
      isDeterministic: false, noise: 0, seed: 11)
    // Draws before tanh lie within ±1 after it; the graph's output is in the environment's bounds.
    #expect(sampler.actionForm == form)
    let deterministic = try PolicySampler(
      trace.graph, parameters: [:], EnvironmentSettings(id: environment).spaces(), actionForm: form,
      isDeterministic: true, noise: 0, seed: 11)
    #expect(deterministic.actionForm == .clipped)
    return try sampler.actions((0..<Self.draws).flatMap { _ in observation })
  }

  private static let draws = 40_000

  @Test func choicesAreDrawnFromTheirProbabilities() throws {
    let weight = Tensor(TensorValue([Float(1), 0, -1, 0, 0.5, 2], shape: [2, 3]))
    let found = try actions(
      "Acrobot-v1", { [("logits", $0.part(2).matmul(weight))] }, at: [0.5, -1, 0, 0, 0, 0], form: .clipped)
    guard case .discrete(let choices) = found else { preconditionFailure("no choices") }
    let logits = [0.5, -0.5, -2.5]
    let sum = logits.reduce(0) { $0 + exp($1) }
    for (choice, logit) in logits.enumerated() {
      let (p, n) = (exp(logit) / sum, Double(Self.draws))
      let share = Double(choices.count { $0 == choice }) / n
      #expect(abs(share - p) < 4.5 * (p * (1 - p) / n).squareRoot(), "\(choice): \(share), not \(p)")
    }
  }

  /// Mean and standard deviation of the draws; those of a squashed distribution before tanh.
  @Test(arguments: [EnvironmentSettings.ActionForm.clipped, .rescaled]) func vectorsAreDrawnFromTheirDistribution(
    _ form: EnvironmentSettings.ActionForm
  ) throws {
    let found = try actions(
      "Pendulum-v1", { [("mean", $0.part(1) * 0.5), ("logDeviation", $0.part(1) - 2)] }, at: [0.8, 0, 0], form: form)
    guard case .continuous(let vectors) = found else { preconditionFailure("no vectors") }
    let draws = vectors.map { form == .clipped ? Double($0) : atanh(Double($0)) }
    let (deviation, n) = (exp(-1.2), Double(Self.draws))
    let mean = draws.reduce(0, +) / n
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    #expect(draws.count == Self.draws && abs(mean - 0.4) < 4.5 * deviation / n.squareRoot(), "\(mean)")
    #expect(abs(variance.squareRoot() - deviation) < 4.5 * deviation / (2 * n).squareRoot(), "\(variance.squareRoot())")
  }
}

extension Tensor {
  /// The first columns.
  fileprivate func part(_ count: Int) -> Tensor { sliced(axis: 1, from: 0, to: count) }
}
