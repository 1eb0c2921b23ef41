import TrainingAlgorithms
import Environments
import GraphIR
import ZooKit
import NN
import Testing

@Suite("Recipes of agents")
struct AgentRecipeTests {
  private static func ppo(_ assignments: String...) throws -> PPOSettings {
    let recipe = try Recipe(yaml: AgentExample.ppo, source: "pole.yaml").setting(assignments)
    guard let settings = recipe.settings as? PPOSettings else { preconditionFailure("another algorithm") }
    return settings
  }

  private static func a2c(_ assignments: String...) throws -> A2CSettings {
    let recipe = try Recipe(yaml: AgentExample.a2c, source: "swing.yaml").setting(assignments)
    guard let settings = recipe.settings as? A2CSettings else { preconditionFailure("another algorithm") }
    return settings
  }

  @Test("Every key of PPO is read")
  func everyKey() throws {
    let recipe = try Recipe(yaml: AgentExample.ppo, source: "pole.yaml")
    #expect((recipe.algorithm, recipe.dataset?.name, recipe.steps) == ("ppo", nil, 60))
    #expect(recipe.checkpoint == CheckpointPolicy(every: 12, keepLast: 2))
    var expected = PPOSettings()
    expected.environment.id = "CartPole-v1"
    (expected.environment.copies, expected.environment.timeLimit) = (3, 90)
    expected.environment.normalizeObservation = true
    expected.rollout = RolloutSettings(steps: 4, gaeLambda: 0.8)
    (expected.rollout.discount, expected.rollout.truncation, expected.rollout.orthogonal) = (0.98, .terminal, false)
    (expected.batch, expected.epochs) = (6, 2)
    (expected.rate, expected.clipRange, expected.valueClipRange) = (.linear(1e-3), .constant(0.1), .linear(0.3))
    (expected.normalizeAdvantage, expected.entropyCoefficient, expected.valueCoefficient) = (false, 0.01, 0.25)
    (expected.maxGradientNorm, expected.targetKL) = (5, 0.02)
    expected.optimizer = AnyOptimizer(Adam(betas: [0.8, 0.9], eps: 1e-6))
    (expected.penalty.network, expected.penalty.weight) = (.critic, 0.5)
    expected.penalty.gradient = GradientPenalty(
      target: 1, sided: .one, reduction: .elementwise, output: .sum, p: 1, eps: 1e-9)
    (expected.evaluation.every, expected.evaluation.episodes) = (30, 2)
    #expect(recipe.settings as? PPOSettings == expected)
    #expect(recipe.environment == expected.environment)
  }

  @Test("Every key that only A2C has is read; the defaults are Stable-Baselines3's")
  func everyKeyOfA2C() throws {
    var expected = A2CSettings()
    expected.environment.id = "Pendulum-v1"
    (expected.environment.normalizeObservation, expected.environment.normalizeReward) = (true, true)
    expected.rollout.stateDependentExploration = true
    (expected.rollout.explorationSteps, expected.rollout.logDeviation) = (3, -1.5)
    expected.optimizer = AnyOptimizer(RMSprop(alpha: 0.9, eps: 1e-4))
    #expect(try Self.a2c() == expected)
    #expect((expected.rollout.steps, expected.rollout.gaeLambda, expected.rate) == (5, 1, .constant(7e-4)))
  }

  @Test("An assignment changes one setting and no other")
  func assignments() throws {
    let cases: [(String, (inout PPOSettings) -> Void)] = [
      ("envs=6", { $0.environment.copies = 6 }), ("timeLimit=7", { $0.environment.timeLimit = 7 }),
      ("normalize=false", { $0.environment.normalizeObservation = false }),
      ("normalize.reward=true", { $0.environment.normalizeReward = true }),
      ("rolloutSteps=8", { $0.rollout.steps = 8 }), ("gamma=1", { $0.rollout.discount = 1 }),
      ("gaeLambda=0", { $0.rollout.gaeLambda = 0 }), ("truncation=bootstrap", { $0.rollout.truncation = .bootstrap }),
      ("orthogonal=true", { $0.rollout.orthogonal = true }), ("epochs=1", { $0.epochs = 1 }),
      ("batch=12", { $0.batch = 12 }), ("rate=3e-4", { $0.rate = .constant(3e-4) }),
      ("rate={linear: 1}", { $0.rate = .linear(1) }), ("clipRange.linear=0.2", { $0.clipRange = .linear(0.2) }),
      ("valueClipRange=2", { $0.valueClipRange = .constant(2) }), ("targetKL=1", { $0.targetKL = 1 }),
      ("normalizeAdvantage=true", { $0.normalizeAdvantage = true }),
      ("entropyCoefficient=0", { $0.entropyCoefficient = 0 }), ("valueCoefficient=1", { $0.valueCoefficient = 1 }),
      ("maxGradientNorm=1", { $0.maxGradientNorm = 1 }),
      ("optimizer.adam.eps=1", { $0.optimizer = AnyOptimizer(Adam(betas: [0.8, 0.9], eps: 1)) }),
      ("penalty.network=actor", { $0.penalty.network = .actor }),
      (
        "penalty={network: actor, of: log-probability}",
        { ($0.penalty.network, $0.penalty.quantity) = (.actor, .logProbability) }
      ),
      ("evaluation.every=0", { $0.evaluation.every = 0 }), ("evaluation={episodes: 3}", { $0.evaluation.episodes = 3 }),
      ("evaluation.envs=2", { $0.evaluation.envs = 2 }),
      ("evaluation.onFailure=stop", { $0.evaluation.onFailure = .stop }),
    ]
    let before = try Self.ppo()
    for (assignment, change) in cases {
      var expected = before
      change(&expected)
      #expect(expected != before, "\(assignment)")
      #expect(try Self.ppo(assignment) == expected, "\(assignment)")
    }
    #expect(try !Self.a2c("exploration.stateDependent=false").rollout.stateDependentExploration)
    #expect(try Self.a2c("exploration.every=2").rollout.explorationSteps == 2)
    #expect(try Self.a2c("exploration.logDeviation=-2").rollout.logDeviation == -2)
    #expect(try Self.a2c("optimizer={adam: {eps: 1e-3}}").optimizer == AnyOptimizer(Adam(eps: 1e-3)))
    #expect(try Self.a2c("optimizer={adam: {}}").optimizer == AnyOptimizer(Adam(eps: 1e-5)))
  }

  /// Each one alone would lead to a batch that does not divide the rollout.
  @Test("Several assignments are checked together")
  func together() throws {
    let settings = try Self.ppo("rolloutSteps=5", "batch=5")
    #expect((settings.rollout.steps, settings.batch) == (5, 5))
    #expect(throws: RecipeError.self) { try Self.ppo("rolloutSteps=5") }
    #expect(throws: RecipeError.self) { try Self.ppo("batch=5") }
  }

  @Test("The algorithm adds the heads that the environment and the settings need")
  func heads() throws {
    func types(_ recipe: Recipe, _ role: String) throws -> [String] {
      let graph = try #require(recipe.networks[role]?.graph)
      #expect(graph.name == role)
      return graph.inputs.map { graph.describe($0.type) }
        + graph.outputs.map { "\($0.name) \(graph.describe($0.type))" }
    }
    let pole = try Recipe(yaml: AgentExample.ppo, source: "pole.yaml")
    #expect(try types(pole, "actor") == ["float32[batch, 4]", "logits float32[batch, 2]"])
    #expect(try types(pole, "critic") == ["float32[batch, 4]", "value float32[batch, 1]"])
    #expect(pole.networks["actor"]?.graph.trainableCount == 5 * 6 + 7 * 2)
    #expect(pole.networks["critic"]?.graph.trainableCount == 5 * 5 + 6 * 3 + 4)
    let swing = try Recipe(yaml: AgentExample.a2c, source: "swing.yaml")
    #expect(
      try types(swing, "actor") == [
        "float32[batch, 3]", "mean float32[batch, 1]", "latent float32[batch, 6]", "logDeviation float32[6, 1]",
      ])
    #expect(try types(swing, "critic") == ["float32[batch, 3]", "value float32[batch, 1]"])
    let gaussian = try swing.setting("exploration.stateDependent=false")
    #expect(
      try types(gaussian, "actor") == ["float32[batch, 3]", "mean float32[batch, 1]", "logDeviation float32[1]"])
    var stream = RandomStream(seed: 1, name: "init")
    let first = try #require(gaussian.networks["actor"]).initialParameters(from: &stream)
    #expect(first["exploration.logDeviation"]?.doubles == [-1.5])
  }

  /// Rows of a wide matrix, or columns of a tall one, are orthogonal and as long as the gain.
  @Test("Layers can be initialised orthogonally, with the gains √2, 0.01 and 1")
  func orthogonal() throws {
    let recipe = try Recipe(yaml: AgentExample.ppo, source: "pole.yaml").setting("orthogonal=true")
    let gains: [String: [String: Double]] = [
      "actor": ["linear1.weight": 2, "logits.weight": 1e-4],
      "critic": ["linear1.weight": 2, "linear2.weight": 2, "value.weight": 1],
    ]
    for (role, gains) in gains {
      var stream = RandomStream(seed: 3, name: "init")
      let parameters = try #require(recipe.networks[role]).initialParameters(from: &stream)
      #expect(Set(parameters.keys.filter { $0.hasSuffix("weight") }) == Set(gains.keys))
      for (name, value) in parameters where name.hasSuffix("bias") { #expect(value.doubles.allSatisfy { $0 == 0 }) }
      for (name, square) in gains {
        let weight = try #require(parameters[name])
        let (rows, columns, numbers) = (weight.shape[0], weight.shape[1], weight.doubles)
        func product(_ a: Int, _ b: Int) -> Double {
          rows <= columns
            ? (0..<columns).reduce(0) { $0 + numbers[a * columns + $1] * numbers[b * columns + $1] }
            : (0..<rows).reduce(0) { $0 + numbers[$1 * columns + a] * numbers[$1 * columns + b] }
        }
        for a in 0..<min(rows, columns) {
          for b in 0..<min(rows, columns) {
            #expect(abs(product(a, b) - (a == b ? square : 0)) < 1e-5 * square, "\(role) \(name) \(a) \(b)")
          }
        }
      }
    }
    // PyTorch's default: within ±1/√inputs, for biases, too.
    var stream = RandomStream(seed: 3, name: "init")
    let uniform = try #require(recipe.setting("orthogonal=false").networks["actor"]).initialParameters(from: &stream)
    #expect(uniform["linear1.bias"]?.doubles.contains { $0 != 0 } == true)
    #expect(uniform["linear1.weight"]?.doubles.allSatisfy { abs($0) <= 0.5 } == true)
  }

  @Test("The built-in agents have rl-baselines3-zoo's hyperparameters")
  func builtIn() throws {
    let agents = Recipe.builtIn.filter { $0.environment != nil }
    let environments = Dictionary(uniqueKeysWithValues: agents.map { ($0.name, $0.environment?.id) })
    let expected = [
      "ppo-cartpole": "CartPole-v1", "a2c-cartpole": "CartPole-v1", "ppo-acrobot": "Acrobot-v1",
      "ppo-pendulum": "Pendulum-v1", "a2c-pendulum": "Pendulum-v1", "ppo-mountaincar": "MountainCarContinuous-v0",
    ]
    for (name, environment) in expected { #expect(environments[name] == environment, "\(name)") }
    for agent in agents {
      let evaluation = try #require(agent.settings.agent?.evaluation)
      #expect(evaluation.every > 0 && agent.steps % evaluation.every == 0, "\(agent.name)")
    }
    let pole = try #require(Recipe.named("ppo-cartpole").settings as? PPOSettings)
    let car = try #require(Recipe.named("ppo-mountaincar").settings as? PPOSettings)
    let swing = try #require(Recipe.named("a2c-pendulum").settings as? A2CSettings)
    #expect((pole.environment.copies, pole.rollout.steps, pole.batch, pole.epochs) == (8, 32, 256, 20))
    #expect((pole.rollout.gaeLambda, pole.rollout.discount) == (0.8, 0.98))
    #expect((pole.rate, pole.clipRange) == (.linear(1e-3), .linear(0.2)))
    #expect((car.rollout.discount, car.rate, car.maxGradientNorm) == (0.9999, .constant(7.77e-5), 5))
    #expect((car.valueCoefficient, car.entropyCoefficient, car.rollout.logDeviation) == (0.19, 0.00429, -3.29))
    #expect((swing.rate, swing.valueCoefficient, swing.rollout.orthogonal) == (.linear(7e-4), 0.4, false))
    #expect(swing.environment.normalizeObservation && swing.environment.normalizeReward)
  }
}
