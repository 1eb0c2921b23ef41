import Environments
import GraphRuntime
import Foundation
import GraphIR
import NN
import TestSupport
import Testing

@testable import TrainingAlgorithms
@testable import Autograd

@Suite("Parts of agents")
struct AgentPartsTests {
  @Test func schedulesFallAlongALine() throws {
    #expect(Schedule.constant(3).value(remaining: 0.25) == 3)
    #expect(Schedule.linear(4).value(remaining: 0.25) == 1)
    #expect(Schedule.linear(4).value(remaining: 0) == 0)
    for (schedule, text) in [(Schedule.constant(0.5), "0.5"), (.linear(0.25), #"{"linear":0.25}"#)] {
      #expect(String(decoding: try JSONEncoder().encode(schedule), as: UTF8.self) == text)
      #expect(try JSONDecoder().decode(Schedule.self, from: Data(text.utf8)) == schedule)
    }
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Schedule.self, from: Data(#"{"cosine":1}"#.utf8)) }
  }

  @Test func environmentsHaveTheWrappersOfTheirSettings() throws {
    var settings = EnvironmentSettings(id: "Pendulum-v1")
    settings.copies = 3
    settings.timeLimit = 9
    for (observation, reward) in [(false, false), (true, false), (false, true), (true, true)] {
      (settings.normalizeObservation, settings.normalizeReward) = (observation, reward)
      let environment = try settings.make(seed: 1, discount: 0.9, actions: .clipped)
      #expect((environment.count, environment.timeLimit, environment.autoresetMode) == (3, 9, .sameStep))
      #expect((environment.layer(NormalizeObservation.self) != nil) == observation)
      #expect((environment.layer(NormalizeReward.self) != nil) == reward)
      #expect(environment.layer(NormalizeReward.self).map { $0.discount == 0.9 && $0.clip == 10 } ?? true)
      #expect(environment.layer(ClipAction.self) != nil && environment.layer(RecordEpisodeStatistics.self) != nil)
      // An evaluation counts the rewards without normalisation.
      let evaluation = try settings.makeForEvaluation(
        seed: 1, actions: .rescaled, copies: 2, moments: RunningMoments(width: 3))
      #expect(evaluation.layer(NormalizeReward.self) == nil && evaluation.layer(RescaleAction.self) != nil)
      #expect(evaluation.layer(NormalizeObservation.self).map { !$0.updates } ?? !observation)
    }
    settings.id = "Pendulum-v7"
    let error = #expect(throws: EnvironmentError.self) { try settings.spaces() }
    #expect(error?.code == .unknownEnvironment)
  }

  @Test func firstEpisodesAreThoseOfSingleEnvironments() throws {
    var settings = EnvironmentSettings(id: "CartPole-v1")
    settings.copies = 5
    let copies = try settings.makeForEvaluation(seed: 40, actions: .clipped, copies: 5, moments: nil)
    let episodes = try Evaluation.episodes(5, in: copies, seed: 40) { observations in
      // The direction in which the pole leans.
      .discrete(stride(from: 0, to: observations.count, by: 4).map { observations[$0 + 2] > 0 ? 1 : 0 })
    }
    #expect(episodes.map(\.copy) == Array(0..<5))
    for episode in episodes {
      var environment = CartPole(seed: 40 + UInt64(episode.copy))
      var length = 0
      while !environment.isOver {
        _ = try environment.step(.discrete(environment.observation[2] > 0 ? 1 : 0))
        length += 1
      }
      #expect(episode.length == length)
      #expect(episode.totalReward == Double(episode.length))
    }
    #expect(Set(episodes.map(\.length)).count > 1)
  }

  @Test func anEpisodeWithoutAnEndIsAnError() throws {
    var settings = EnvironmentSettings(id: "Pendulum-v1")
    settings.timeLimit = 600_000
    let copies = try settings.makeForEvaluation(seed: 1, actions: .clipped, copies: 1, moments: nil)
    let error = #expect(throws: AlgorithmError.self) {
      try Evaluation.episodes(1, in: copies, seed: 1) { _ in .continuous([0]) }
    }
    #expect(error?.message.contains("settings: timeLimit is none") == true)
    #expect(error?.message.contains("Pendulum-v1 has not ended after 500000 steps") == true)
  }

  /// The exported policy computes the actions of the trainer's evaluation, from observations that are not normalised.
  @Test(arguments: ["CartPole-v1", "Pendulum-v1", "Pendulum-v1 state-dependent", "several", "binary"], [false, true])
  func policyGraphsDoWhatIsEvaluated(_ name: String, _ isNormalized: Bool) throws {
    let id = String(name.prefix { $0 != " " })
    var environment = EnvironmentSettings(id: id)
    environment.normalizeObservation = isNormalized
    var rollout = RolloutSettings(steps: 4, gaeLambda: 1)
    rollout.stateDependentExploration = name != id
    let unit = Box(low: [-1, -1, -1], high: [1, 1, 1])
    let spaces: EnvironmentSpaces =
      switch name {
      case "several":
        EnvironmentSpaces(observation: unit, action: .multiDiscrete(counts: [3, 1, 2], starts: [-1, 4, 0]))
      case "binary": EnvironmentSpaces(observation: unit, action: .multiBinary(count: 5))
      default: try environment.spaces()
      }
    let (policy, networks) = try SmallAgent.policy(spaces, rollout: rollout)
    var settings = PPOSettings()
    (settings.environment, settings.rollout) = (environment, rollout)
    settings.evaluation.episodes = 6
    let ppo = try PPO(policy, settings: settings)

    let width = policy.spaces.observationWidth
    var stream = RandomStream(seed: 5, name: "observations")
    let observations = stream.normal([6, width])
    var moments = RunningMoments<Float>(width: width)
    moments.update(with: stream.normal(10 * width).map { 3 * $0 + 1 })
    var seen = observations.elements(as: Float.self)
    if isNormalized {
      for index in seen.indices {
        let column = index % width
        seen[index] = (seen[index] - moments.mean[column]) / (moments.variance[column] + 1e-8).squareRoot()
        seen[index] = min(max(seen[index], -10), 10)
      }
    }
    let parameters = SmallAgent.parameters(networks, seed: 1)
    let zeros = ppo.optimizerTypes.mapValues { TensorValue(repeating: 0, type: $0) }
    let runner = try EagerRunner(ppo.programs(), tensors: parameters.merging(zeros) { $1 })
    runner.fill("env/observation", of: "evaluate") { _ = $0.update(from: seen) }
    try runner.compute("evaluate")
    let expected = policy.spaces.actions(runner.output("action", of: "evaluate"))

    let graph = try policy.graph(in: environment)
    #expect(graph.inputs.map(\.name) == ["observation"] && graph.outputs.first?.name == "action")
    let known = parameters.merging([
      "environment/observation-moments/mean": TensorValue(moments.mean),
      "environment/observation-moments/variance": TensorValue(moments.variance),
    ]) { $1 }
    let names = Set(graph.parameters.map(\.name))
    #expect(names.contains("environment/observation-moments/mean") == isNormalized)
    let results = try Executor(graph, parameters: known.filter { names.contains($0.key) })
      .run(["observation": observations]).outputs
    let action = try #require(results["action"])
    switch expected {
    case .discrete(let choices):
      #expect(action.integers == choices && action.shape == [6])
      #expect(results.keys.sorted() == ["action", "logits"])
    case .multiDiscrete(let choices):
      let starts = spaces.firstChoices
      #expect(action.integers == choices.enumerated().map { $1 + starts[$0 % starts.count] })
      #expect(action.shape == [6, starts.count] && Set(choices).count > 1)
      #expect(results.keys.sorted() == ["action", "logits"])
    case .continuous(let rows):
      let clipped = rows.map { Double(min(max($0, -2), 2)) }
      #expect(mismatch(action.doubles, clipped, relative: 1e-5, absolute: 1e-6) == nil)
      #expect(results.keys.sorted() == ["action", "logDeviation", "mean"])
    }
  }

  @Test func stretchesRescaledActionsToTheBounds() throws {
    let spaces = EnvironmentSpaces(
      observation: Box(low: [-1, -1], high: [1, 1]), action: .box(Box(low: [-2, 0], high: [2, 8])))
    let policy = try PolicyGraph(EnvironmentSettings(id: "any"), spaces, dtype: .float32)
    let graph = try policy.graph(mode: policy.states, isRescaled: true, distribution: [:])
    let corners = TensorValue([-1, -1, 1, 1, 0, 0.5] as [Float], shape: [3, 2])
    let results = try Executor(graph, parameters: [:]).run(["observation": corners])
    #expect(results.outputs["action"]?.elements(as: Float.self) == [-2, 0, 2, 8, 0, 6])
  }

  /// The exported policy and the environment's wrapper agree to the bit, and stay between the bounds.
  @Test func stretchesAsTheEnvironmentDoes() throws {
    var stream = RandomStream(seed: 4, name: "bounds")
    var bounds: [(Float, Float)] = [
      (0.1, 0.3), (0.1, 0.1), (0, 0), (16_777_216, 16_777_218), (-3e38, 3e38), (0, .leastNonzeroMagnitude), (-5, 1000),
    ]
    for scale in [1e-30, 1e-3, 1, 1e6, 1e30] as [Float] {
      let numbers = stream.normal(40).map { $0 * scale }
      bounds += zip(numbers[..<20], numbers[20...]).map { (min($0, $1), max($0, $1)) }
    }
    let box = Box(low: bounds.map(\.0), high: bounds.map(\.1))
    let spaces = EnvironmentSpaces(
      observation: Box(low: box.low.map { _ in -1 }, high: box.low.map { _ in 1 }), action: .box(box))
    let policy = try PolicyGraph(EnvironmentSettings(id: "any"), spaces, dtype: .float32)
    let graph = try policy.graph(mode: policy.states, isRescaled: true, distribution: [:])
    let modes: [Float] = [-1, 1, 0, 0.5] + stream.uniform(30).map { 2 * $0 - 1 }
    let rows = modes.flatMap { [Float](repeating: $0, count: box.count) }
    let results = try Executor(graph, parameters: [:])
      .run(["observation": TensorValue(rows, shape: [modes.count, box.count])])
    let actions = try #require(results.outputs["action"]?.elements(as: Float.self))
    let scaling = ActionScaling(to: box)
    for (index, action) in actions.enumerated() {
      let column = index % box.count
      #expect(box.low[column] <= action && action <= box.high[column])
      #expect(action == scaling(rows[index], at: column), "\(rows[index]) in \(bounds[column])")
    }
  }

  /// Settings stored by runs of earlier versions lack keys that came later.
  @Test func readsSettingsOfEarlierVersions() throws {
    let environment = #"""
      {"arguments": {}, "copies": 2, "id": "CartPole-v1", "isGymnasium": true, "normalizeObservation": false,
      "normalizeReward": false}
      """#
    var expected = EnvironmentSettings(id: "CartPole-v1")
    (expected.isGymnasium, expected.copies) = (true, 2)
    #expect(try JSONDecoder().decode(EnvironmentSettings.self, from: Data(environment.utf8)) == expected)
    let evaluation = #"{"episodes": 3, "every": 5}"#
    let read = try JSONDecoder().decode(EvaluationSettings.self, from: Data(evaluation.utf8))
    #expect((read.every, read.episodes, read.envs, read.onFailure) == (5, 3, nil, nil))
    // A Python environment runs one episode at a time, a native one all at once.
    #expect(read.copies(of: expected, episodes: 7) == 1)
    #expect(read.copies(of: EnvironmentSettings(id: "CartPole-v1"), episodes: 7) == 7)
  }

  /// For a network without hidden layers every penalty has a closed form.
  @Test func penaltiesAreThoseOfLinearPolicies() throws {
    let environment = EnvironmentSettings(id: "Pendulum-v1")
    let rollout = RolloutSettings(steps: 4, gaeLambda: 1)
    let (policy, networks) = try SmallAgent.policy(environment, hidden: [], rollout: rollout)
    let state = SmallAgent.parameters(networks, seed: 2).mapValues { Tensor($0) }
    let (actor, critic) = (
      Network(policy.actor, parameters: state.scoped("actor")),
      Network(policy.critic, parameters: state.scoped("critic"))
    )
    var stream = RandomStream(seed: 1, name: "batch")
    let (states, actions) = (stream.normal([5, 3]), stream.normal([5, 1]))
    let rest = Tensor(stream.normal([5]))
    let batch = RolloutBatch(
      observations: Tensor(states), actions: Tensor(actions), logProbabilities: rest, values: rest, advantages: rest,
      returns: rest)
    func numbers(_ name: String) -> [Double] { state[name]?.value.doubles ?? [] }
    func squares(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 } }
    func penalty(_ penalty: AgentPenalty) throws -> Double? {
      try policy.penalty(penalty, actor, critic, batch)?.value.doubles[0]
    }
    func expect(_ found: Double?, _ expected: Double, _ comment: Comment) throws {
      #expect(mismatch([try #require(found)], [expected], relative: 1e-5) == nil, comment)
    }

    var settings = AgentPenalty()
    #expect(try penalty(settings) == nil)
    settings.weight = 1
    let weight = numbers("actor/mean.weight")
    try expect(penalty(settings), squares(weight), "‖∂π/∂s‖² = ‖W‖²")
    settings.quantity = .logProbability
    // The standard deviation is 1, so ∂ log π(a|s)/∂s = (a − Ws − b) W.
    let bias = numbers("actor/mean.bias")[0]
    let residuals = (0..<5).map { row in
      actions.doubles[row] - bias - (0..<3).reduce(0) { $0 + states.doubles[row * 3 + $1] * weight[$1] }
    }
    try expect(penalty(settings), squares(residuals) / 5 * squares(weight), "log-probability")
    settings = AgentPenalty()
    (settings.weight, settings.network) = (1, .critic)
    try expect(penalty(settings), squares(numbers("critic/value.weight")), "‖∂V/∂s‖²")
    settings.gradient.target = 1
    let norm = squares(numbers("critic/value.weight")).squareRoot()
    try expect(penalty(settings), (norm - 1) * (norm - 1), "target 1")
  }

  @Test func penalisesCriticsOfStatesAndActions() throws {
    var penalty = AgentPenalty()
    (penalty.weight, penalty.network) = (1, .critic)
    let (states, actions) = (
      Tensor(TensorValue([1, 2] as [Double], shape: [1, 2])), Tensor(TensorValue([3.0], shape: [1, 1]))
    )
    // Q = 2 s₀ + 3 s₁ + 5 a.
    func critic(_ states: Tensor, _ actions: Tensor) -> Tensor {
      (states * Tensor(TensorValue([2.0, 3.0]))).sum([1], keepDims: true) + 5 * actions
    }
    for (respectTo, expected) in [(AgentPenalty.Inputs.states, 13.0), (.actions, 25), (.both, 38)] {
      penalty.respectTo = respectTo
      #expect(try penalty.ofCritic(states: states, actions: actions, critic)?.value.doubles == [expected])
    }
    #expect(try penalty.ofActor(at: states) { $0 } == nil)
  }

  @Test func namesTheSettingThatIsOutOfRange() throws {
    func ppo(_ change: (inout PPOSettings) -> Void) -> String? {
      var settings = PPOSettings()
      change(&settings)
      return #expect(throws: AlgorithmError.self) { try settings.validate() }?.message
    }
    func a2c(_ change: (inout A2CSettings) -> Void) -> String? {
      var settings = A2CSettings()
      change(&settings)
      return #expect(throws: AlgorithmError.self) { try settings.validate() }?.message
    }
    let messages: [(String, String?)] = [
      ("envs", ppo { $0.environment.copies = 0 }),
      ("timeLimit", ppo { $0.environment.timeLimit = 0 }),
      ("evaluation.every", ppo { $0.evaluation.every = -1 }),
      ("evaluation.episodes", ppo { $0.evaluation.episodes = 0 }),
      ("rolloutSteps", ppo { $0.rollout.steps = 0 }), ("gamma", ppo { $0.rollout.discount = 1.1 }),
      ("gaeLambda", ppo { $0.rollout.gaeLambda = -0.1 }),
      ("exploration.logDeviation", ppo { $0.rollout.logDeviation = .nan }),
      ("exploration.every", ppo { $0.rollout.explorationSteps = 0 }), ("epochs", ppo { $0.epochs = 0 }),
      ("batch", ppo { $0.batch = 0 }), ("batch", ppo { $0.batch = 100 }), ("rate", ppo { $0.rate = .constant(0) }),
      ("clipRange", ppo { $0.clipRange = .linear(-1) }), ("valueClipRange", ppo { $0.valueClipRange = .constant(0) }),
      ("entropyCoefficient", ppo { $0.entropyCoefficient = -1 }),
      ("valueCoefficient", ppo { $0.valueCoefficient = .infinity }),
      ("maxGradientNorm", ppo { $0.maxGradientNorm = 0 }), ("targetKL", ppo { $0.targetKL = 0 }),
      ("penalty.weight", ppo { $0.penalty.weight = -1 }),
      ("penalty.respectTo", ppo { ($0.penalty.network, $0.penalty.respectTo) = (.critic, .actions) }),
      ("penalty.respectTo", ppo { $0.penalty.respectTo = .actions }),
      ("penalty.of", ppo { ($0.penalty.network, $0.penalty.quantity) = (.critic, .logProbability) }),
      ("envs", ppo { $0.environment.copies = 1 << 40 }), ("rolloutSteps", ppo { $0.rollout.steps = 1 << 40 }),
      (
        "rolloutSteps",
        ppo { ($0.environment.copies, $0.rollout.steps, $0.batch) = (1 << 16, 1 << 24, 1) }
      ),
      ("evaluation.episodes", ppo { $0.evaluation.episodes = 1 << 40 }),
      ("rolloutSteps", a2c { ($0.environment.copies, $0.rollout.steps) = (1 << 16, 1 << 24) }),
      ("normalizeAdvantage", a2c { ($0.normalizeAdvantage, $0.environment.copies, $0.rollout.steps) = (true, 1, 1) }),
      ("rate", a2c { $0.rate = .constant(-1) }), ("entropyCoefficient", a2c { $0.entropyCoefficient = -1 }),
      ("valueCoefficient", a2c { $0.valueCoefficient = -1 }), ("maxGradientNorm", a2c { $0.maxGradientNorm = -1 }),
      ("penalty.weight", a2c { $0.penalty.weight = .nan }),
    ]
    for (name, message) in messages {
      #expect(message?.contains("settings: \(name) is ") == true, "\(name): \(message ?? "")")
    }
  }

  @Test func refusesExplorationThatThePolicyDoesNotHave() throws {
    let (policy, _) = try SmallAgent.policy(
      EnvironmentSettings(id: "CartPole-v1"), rollout: RolloutSettings(steps: 1, gaeLambda: 1))
    for (name, change) in [
      ("exploration.stateDependent", { $0.stateDependentExploration = true }),
      ("exploration.logDeviation", { $0.logDeviation = -1 }),
    ] as [(String, (inout RolloutSettings) -> Void)] {
      var (ppo, a2c) = (PPOSettings(), A2CSettings())
      change(&ppo.rollout)
      change(&a2c.rollout)
      for attempt in [{ _ = try PPO(policy, settings: ppo) }, { _ = try A2C(policy, settings: a2c) }] {
        let error = #expect(throws: AlgorithmError.self) { try attempt() }
        #expect(error?.code == .setting && error?.message.contains("settings: \(name) is ") == true)
      }
    }
  }

  @Test func refusesNetworksWithStatistics() throws {
    func refused(_ role: String, _ body: () throws -> Void) {
      let error = #expect(throws: AlgorithmError.self) { try body() }
      #expect(error?.code == .network && error?.message.contains("the \(role) has statistics") == true)
    }
    let spaces = try EnvironmentSettings(id: "Pendulum-v1").spaces()
    func network(_ name: String, _ inputs: Int, _ head: String, _ layers: [any Layer]) throws -> Graph {
      let network = try AgentNetworks.network(
        name, inputs: inputs, layers: [Linear(4)] + layers, head: head, width: 1)
      return network.graph
    }
    let plain = try network("actor", 3, "action", [])
    for layer in [BatchNorm(), SpectralNorm(Linear(4))] as [any Layer] {
      let (actor, critic) = (try network("actor", 3, "mean", [layer]), try network("critic", 3, "value", [layer]))
      refused("actor") { _ = try ActorCriticPolicy(actor: actor, critic: critic, spaces: spaces) }
      let q = try network("critic1", 4, "value", [layer])
      refused("critic1") { _ = try OffPolicyNetworks(actor: plain, critics: [q], spaces: spaces) }
    }
  }

  @Test(arguments: [(-Float.infinity, Float(1)), (0, .infinity), (-.infinity, .infinity)])
  func offPolicyActionsLieBetweenFiniteBounds(_ low: Float, _ high: Float) throws {
    let pendulum = try EnvironmentSettings(id: "Pendulum-v1").spaces()
    let (networks, _) = try SmallReplayAgent.networks(pendulum, head: .action, critics: 1)
    let spaces = EnvironmentSpaces(observation: pendulum.observation, action: .box(Box(low: [low], high: [high])))
    let error = #expect(throws: AlgorithmError.self) {
      try OffPolicyNetworks(actor: networks.actor, critics: networks.critics, spaces: spaces)
    }
    #expect(error?.code == .network && error?.message.contains("vectors between finite bounds") == true)
  }

  @Test func refusesNetworksThatDoNotFitTheEnvironment() throws {
    let (policy, _) = try SmallAgent.policy(
      EnvironmentSettings(id: "CartPole-v1"), rollout: RolloutSettings(steps: 1, gaeLambda: 1))
    let pendulum = try EnvironmentSettings(id: "Pendulum-v1").spaces()
    let attempts: [(Graph, Graph, EnvironmentSpaces)] = [
      (policy.actor, policy.critic, pendulum), (policy.critic, policy.critic, policy.spaces),
      (policy.actor, policy.actor, policy.spaces),
    ]
    for (actor, critic, spaces) in attempts {
      let error = #expect(throws: AlgorithmError.self) {
        try ActorCriticPolicy(actor: actor, critic: critic, spaces: spaces)
      }
      #expect(error?.code == .network)
    }
  }
}
