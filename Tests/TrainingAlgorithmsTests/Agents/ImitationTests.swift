import Checkpointing
import Environments
import GraphIR
import NN
import TestSupport
import Testing

@testable import TrainingAlgorithms
@testable import Autograd

@Suite("Imitation")
struct ImitationTests {
  private static let steps = 6

  /// Imitation of an expert whose steps are random, by networks with the zoo's names.
  private func algorithm(
    hidden: [Int] = [4], dtype: DataType = .float32, _ change: (inout ImitationSettings) -> Void = { _ in }
  ) throws -> (algorithm: Imitation, roles: [String: Sequential]) {
    var settings = ImitationSettings()
    settings.agent.environment.timeLimit = 7
    (settings.agent.replay.capacity, settings.agent.replay.learningStarts, settings.agent.replay.batch) = (30, 9, 5)
    settings.agent.replay.noise = .normal(sigma: 0.1)
    settings.agent.rate = .constant(1e-2)
    change(&settings)
    let spaces = try settings.agent.environment.spaces()
    var (networks, roles) = try SmallReplayAgent.networks(spaces, head: .action, critics: 2, dtype: dtype)
    let discriminator = try AgentNetworks.network(
      "discriminator", inputs: 4, layers: hidden.flatMap { [Linear($0), Activation.tanh] as [any Layer] },
      head: "score",
      width: 1, dtype: dtype)
    roles["discriminator"] = discriminator
    var stream = RandomStream(seed: 1, name: "expert")
    let expert = stream.normal([Self.steps, 4])
    let algorithm = try Imitation(
      networks, discriminator: discriminator.graph,
      expert: dtype == .float32 ? expert : TensorValue(expert.doubles, shape: expert.shape), settings: settings)
    return (algorithm, roles)
  }

  private func trainer(_ kernels: Kernels, resuming state: TrainingState? = nil) throws -> any Trainer {
    let (algorithm, roles) = try algorithm()
    guard let state else {
      return try algorithm.begin(
        TrainingSetup(seed: 2, target: 40, makeRunner: kernels.makeRunner),
        parameters: SmallAgent.parameters(roles, seed: 2))
    }
    return try algorithm.resume(
      TrainingSetup(seed: 0, target: 40, makeRunner: kernels.makeRunner), state)
  }

  @Test(arguments: [Kernels.cpu, .plan]) func resumesBitForBitAtEveryStep(_ kernels: Kernels) throws {
    var straight = try trainer(kernels)
    var (states, metrics): ([TrainingState], [[String: Double]]) = ([try straight.state], [])
    while straight.step < 24 {
      metrics.append(try straight.advance())
      states.append(try straight.state)
    }
    #expect(metrics.last?.keys.contains("wasserstein") == true)
    for cut in metrics.indices {
      var resumed = try trainer(kernels, resuming: states[cut])
      #expect(try resumed.advance() == metrics[cut])
      #expect(try resumed.state == states[cut + 1], "cut \(cut)")
    }
    let name = "discriminator/linear1.weight"
    #expect(states[0].tensors[name] == states[8].tensors[name] && states[0].tensors[name] != states[24].tensors[name])
    #expect(states[0].tensors["expert/steps"] == states[24].tensors["expert/steps"])
  }

  /// A discriminator w · x + b has the gradient w everywhere. Distance, penalty and their derivatives have closed
  /// forms.
  @Test func stepsTheDiscriminatorAndThenTheCriticsOnItsScores() throws {
    let rate = 0.25
    let (algorithm, roles) = try algorithm(hidden: [], dtype: .float64) {
      $0.discriminatorRate = rate
      $0.discriminatorPenalty.weight = 3
      // With betas of 0, a step of Adam is the learning rate times the gradient's sign.
      $0.discriminatorOptimizer = AnyOptimizer(Adam(betas: [0, 0], eps: 1e-12))
    }
    let parameters = SmallAgent.parameters(roles, seed: 4)
    let state = algorithm.initialTensors(parameters).mapValues { Tensor($0) }
    var stream = RandomStream(seed: 9, name: "batch")
    func draw(_ shape: Shape) -> Tensor { Tensor(TensorValue(stream.normal(shape).doubles, shape: shape)) }
    let batch = ReplayBatch(
      observations: draw([5, 3]), actions: draw([5, 1]), rewards: draw([5, 1]), dones: .zeros([5, 1], dtype: .float64),
      nextObservations: draw([5, 3]))
    let picked = [0, 2, 2, 5, 4]
    let draws: NamedTensors = [
      "smoothing": draw([5, 1]), "alpha": .zeros([5, 1], dtype: .float64),
      "expert": Tensor(TensorValue(picked.map { (Double($0) + 0.5) / Double(Self.steps) })),
    ]
    let learning = Tensor(1e-3, dtype: .float64)
    let result = try algorithm.criticStep(state, batch, draws: draws, rate: learning)

    let weight = try #require(parameters["discriminator/score.weight"]).doubles
    let (expert, agent) = (
      algorithm.expert.doubles, concatenated([batch.observations, batch.actions], axis: 1).value.doubles
    )
    // The unit is the standard deviation of all of the expert's steps; the mean is not subtracted.
    let deviations = (0..<4).map { column -> Double in
      let values = (0..<Self.steps).map { expert[$0 * 4 + column] }
      let mean = values.reduce(0, +) / Double(Self.steps)
      return (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(Self.steps)).squareRoot()
    }
    let means = (0..<4).map { column in picked.map { expert[$0 * 4 + column] }.reduce(0, +) / 5 }
    let difference = (0..<4).map { column -> Double in
      let own = (0..<5).map { agent[$0 * 4 + column] }.reduce(0.0, +) / 5
      return (means[column] - own) / deviations[column]
    }
    let norm = weight.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let distance = zip(weight, difference).map(*).reduce(0, +)
    let metrics = result.metrics.mapValues { $0.value.doubles[0] }
    #expect(mismatch([try #require(metrics["wasserstein"])], [distance], relative: 1e-6) == nil)
    #expect(mismatch([try #require(metrics["discriminatorPenalty"])], [(norm - 1) * (norm - 1)], relative: 1e-6) == nil)
    // ∂loss/∂w = −difference + 3 · 2(‖w‖ − 1) w/‖w‖.
    let next = zip(weight, difference).map { weight, difference in
      let gradient = -difference + 6 * (norm - 1) * weight / norm
      return weight - rate * (gradient < 0 ? -1 : 1)
    }
    let found = try #require(result.state["discriminator/score.weight"]).value.doubles
    #expect(mismatch(found, next, relative: 1e-6) == nil)

    // The critics get the difference between the new scores and the expert's mean, and no reward of the environment.
    var rewarded = batch
    let rewards = (0..<5).map { row -> Double in
      var reward = 0.0
      for column in 0..<4 {
        reward += next[column] * (agent[row * 4 + column] - means[column]) / deviations[column]
      }
      return reward
    }
    rewarded.rewards = Tensor(TensorValue(rewards, shape: [5, 1]))
    let expected = try algorithm.agent.criticStep(state, rewarded, draws: draws, rate: learning)
    for name in expected.state.keys where name.hasPrefix("critic") {
      let (value, other) = (try #require(result.state[name]).value, try #require(expected.state[name]).value)
      #expect(mismatch(value, other, relative: 1e-6, absolute: 1e-9) == nil, "\(name)")
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let (whole, roles) = try algorithm()
    let discriminator = try #require(roles["discriminator"]).graph
    let critic = try #require(roles["actor"]).graph
    for (graph, expert) in [
      (critic, whole.expert), (discriminator, TensorValue(repeating: 0, type: TensorType(.float32, [6, 3]))),
      (discriminator, TensorValue(repeating: 0, type: TensorType(.float32, [0, 4]))),
      (discriminator, TensorValue(repeating: 0, type: TensorType(.float64, [6, 4]))),
    ] {
      let error = #expect(throws: AlgorithmError.self) {
        try Imitation(whole.networks, discriminator: graph, expert: expert, settings: whole.settings)
      }
      #expect(error?.code == .network)
    }
    let statistics = try AgentNetworks.network(
      "discriminator", inputs: 4, layers: [Linear(3), BatchNorm()], head: "score", width: 1)
    let error = #expect(throws: AlgorithmError.self) {
      try Imitation(whole.networks, discriminator: statistics.graph, expert: whole.expert, settings: whole.settings)
    }
    #expect(error?.message.contains("the discriminator has statistics of its batches") == true)
    for (name, change) in [
      ("discriminator.rate", { $0.discriminatorRate = 0 }),
      ("discriminator.penalty.weight", { $0.discriminatorPenalty.weight = -1 }),
      ("discriminator.optimizer", { $0.discriminatorOptimizer = AnyOptimizer(Adam(eps: 0)) }),
      ("policyDelay", { $0.agent.policyDelay = 0 }),
    ] as [(String, (inout ImitationSettings) -> Void)] {
      let error = #expect(throws: AlgorithmError.self) { try algorithm { change(&$0) } }
      #expect(error?.message.contains("settings: \(name)") == true)
    }
  }
}
