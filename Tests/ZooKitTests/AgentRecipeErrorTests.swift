import TrainingAlgorithms
import Foundation
import ZooKit
import Testing

@Suite("Errors in recipes of agents")
struct AgentRecipeErrorTests {
  /// One change in ``AgentExample/ppo``.
  static let mistakes: [RecipeErrorTests.Mistake] = [
    .init(
      "CartPole-v1", "^CartPole-v0", .badValue,
      "env is 'CartPole-v0', which is not known; did you mean 'CartPole-v1'?"),
    .init(
      "CartPole-v1", "^Walker2d-v5", .badValue,
      """
      env is 'Walker2d-v5', which is not known; \
      known: Acrobot-v1, CartPole-v1, MountainCarContinuous-v0, Pendulum-v1
      """),
    .init("env: CartPole-v1\n", "", .missingKey, at: "1:1", "the recipe has no 'env'"),
    .init(
      "env: CartPole-v1", "env: CartPole-v1\ndataset: ^fashion-mnist", .badValue, "dataset is not for ppo; leave it out"
    ),
    .init("algorithm: ppo", "algorithm: wgan-gp", .badValue, at: "4:6", "env is not for wgan-gp; leave it out"),
    .init(
      "algorithm: ppo", "algorithm: ^pp0", .badValue, "algorithm is 'pp0', which is not known; did you mean 'ppo'?"),

    .init(
      "network: critic", "network: ^generator", .badValue,
      "settings.penalty.network is 'generator', which is not known; known: actor, critic"),
    .init("penalty: {network", "penalty: {^at: real, network", .unknownKey, "unknown key 'at' in settings.penalty"),
    .init("weight: 0.5", "weight: ^-1", .badValue, "settings.penalty.weight is -1, expected a number of at least 0"),
    .init(
      "penalty: {network: critic, weight: 0.5,", "penalty: ^{network: critic,", .missingKey,
      "settings.penalty has no 'weight'"),
    .init(
      "penalty: {network: critic", "penalty: {network: critic, of: ^value", .badValue,
      "known: action, log-probability"),
    .init(
      "penalty: {network: critic", "^penalty: {network: critic, respectTo: both", .badValue, at: "28:41",
      "this algorithm's critic is a function of states alone"),
    .init(
      "penalty: {network: critic", "^penalty: {network: actor, respectTo: actions", .badValue, at: "28:40",
      "settings: penalty.respectTo is actions, expected states, as an actor is a function of states alone"),
    .init(
      "penalty: {network: critic", "^penalty: {network: critic, of: log-probability", .badValue, at: "28:34",
      "settings: penalty.of is log-probability, expected action, as the critic is penalised, not the policy"),

    .init("epochs: 2", "^epohcs: 2", .unknownKey, "unknown key 'epohcs' in settings; did you mean 'epochs'?"),
    .init("epochs: 2", "^criticSteps: 2", .unknownKey, "unknown key 'criticSteps' in settings"),
    .init("epochs: 2", "epochs: ^0", .badValue, "settings.epochs is 0, expected at least 1"),
    .init("epochs: 2", "epochs: ^2.5", .wrongType, "settings.epochs is the word \"2.5\", expected a whole number"),
    .init(
      "env: CartPole-v1", "env: {gymnasium: CartPole-v1, timeout: ^0}", .badValue,
      "env.timeout is 0, expected a number of seconds above 0, at most a million"),
    .init(
      "env: CartPole-v1", "env: {gymnasium: CartPole-v1, timeout: ^soon}", .wrongType,
      "env.timeout is the word \"soon\""),
    .init(
      "env: CartPole-v1", "env: {gymnasium: CartPole-v1, save: ^sometimes}", .badValue,
      "env.save is 'sometimes', which is not known; known: never, try"),
    .init(
      "env: CartPole-v1", "env: {gymnasium: CartPole-v1, ^timeot: 3}", .unknownKey, "did you mean 'timeout'?"),
    .init("envs: 3", "envs: ^none", .wrongType, "settings.envs is the word \"none\", expected a whole number"),
    .init("gamma: 0.98", "gamma: ^1.1", .badValue, "settings.gamma is 1.1, expected a number from 0 to 1"),
    .init("rate: {linear: 1e-3}", "rate: ^-1e-3", .badValue, "expected a number above 0, or {linear: 1e-3}"),
    .init(
      "rate: {linear: 1e-3}", "rate: {^cosine: 1e-3}", .unknownKey,
      "unknown key 'cosine' in settings.rate; known: linear"),
    .init(
      "rate: {linear: 1e-3}", "rate: {linear: ^0}", .badValue, "settings.rate.linear is 0, expected a number above 0"),
    .init("rate: {linear: 1e-3}", "rate: ^{}", .missingKey, "settings.rate has no 'linear'"),
    .init("truncation: terminal", "truncation: ^bootstap", .badValue, "did you mean 'bootstrap'?"),
    .init(
      "{observation: true}", "^sure", .wrongType, "settings.normalize is the word \"sure\", expected true or false"),
    .init("{observation: true}", "{^observations: true}", .unknownKey, "did you mean 'observation'?"),
    .init("{observation: true}", "{observation: ^1}", .wrongType, "expected true or false"),
    .init("orthogonal: false", "orthogonal: ^no", .wrongType, "expected true or false"),
    .init(
      "adam: {betas", "^rmsprob: {betas", .unknownKey,
      "unknown key 'rmsprob' in settings.optimizer; did you mean 'rmsprop'?"),
    .init("adam: {betas", "adam: {^rate: 1, betas", .unknownKey, "unknown key 'rate' in settings.optimizer.adam"),
    .init("0.8, 0.9]", "0.8, ^1]", .badValue, "settings.optimizer.adam.betas[2] is 1"),
    .init("targetKL: 0.02", "targetKL: ^0", .badValue, "settings.targetKL is 0, expected a number above 0"),
    .init("valueClipRange: {linear: 0.3}", "exploration: {every: ^0}", .badValue, "settings.exploration.every is 0"),
    .init(
      "targetKL: 0.02", "exploration: {every: ^3}", .badValue,
      "settings.exploration.every has no effect, as exploration does not depend on the state"),
    .init(
      "targetKL: 0.02", "exploration: {stateDependent: ^true}", .badValue,
      "settings: exploration.stateDependent is true, expected false"),
    .init(
      "targetKL: 0.02", "exploration: {logDeviation: ^-2}", .badValue,
      "settings: exploration.logDeviation is -2.0, expected none, as discrete actions have no standard deviation"),
    .init(
      "rolloutSteps: 4", "rolloutSteps: ^1000000000000", .badValue,
      "settings: rolloutSteps is 1000000000000, expected 1 to"),
    .init("every: 30", "every: ^-1", .badValue, "evaluation.every is -1, expected at least 0"),
    .init("episodes: 2", "^episode: 2", .unknownKey, "unknown key 'episode' in evaluation; did you mean 'episodes'?"),
    .init("batch: 6", "batch: ^5", .badValue, "batch is 5, expected a divisor of the 12 steps of a rollout"),

    .init("actor: {layers", "^policy: {layers", .unknownKey, "unknown key 'policy' in networks; known: actor, critic"),
    .init(
      "  critic: {layers: [{linear: 5}, relu, {linear: 3}, tanh]}\n", "", .missingKey, at: "6:3",
      "networks has no 'critic'"),
    .init(
      "actor: {layers: [{linear: 6}, tanh]}", "actor: {^input: [4], layers: [{linear: 6}, tanh]}", .unknownKey,
      "unknown key 'input' in networks.actor; known: layers"),
    .init("actor: {layers: [{linear: 6}, tanh]}", "actor: ^{}", .missingKey, "networks.actor has no 'layers'"),
    .init(
      "[{linear: 6}, tanh]", "[{linear: 6}, ^tahn]", .badValue,
      "networks.actor.layers[2] is 'tahn', which is not known; did you mean 'tanh'?"),
    .init(
      "[{linear: 6}, tanh]", "[{linear: 6}, ^{unflatten: [4, 2]}]", .badShape, "networks.actor.layers[2] does not fit"),
    .init(
      "[{linear: 6}, tanh]", "[{linear: 6}, batch-norm, tanh]", .badShape, at: "6:3",
      "the actor has statistics of its batches ('batchnorm1."),
    .init(
      "{linear: 5}, relu", "{spectral-norm: {linear: 5}}, relu", .badShape, at: "6:3",
      "the critic has statistics of its batches"),
    .init(
      "[{linear: 6}, tanh]", "^[{linear: 6}, {unflatten: [3, 2]}]", .badShape, "networks.actor.layers does not fit"),
  ]

  @Test("A mistake is an error with its line, its column and a remedy", arguments: mistakes)
  func mistake(_ mistake: RecipeErrorTests.Mistake) throws {
    let (text, place) = mistake.edited(of: AgentExample.ppo)
    try #require(text != AgentExample.ppo)
    let error = #expect(throws: RecipeError.self) { try Recipe(yaml: text, source: "mine.yaml") }
    #expect(error?.code == mistake.code)
    let description = error?.description ?? ""
    #expect(description.hasPrefix("mine.yaml:\(place): "), "\(description)")
    #expect(description.contains(mistake.saying), "\(description)")
    #expect(!description.contains("\n"))
  }

  @Test(
    "A wrong assignment is an error that quotes it",
    arguments: [
      (
        "penalty.network=generator", "settings.penalty.network is 'generator', which is not known; known: actor, critic"
      ),
      ("batch=5", "batch is 5, expected a divisor of the 12 steps of a rollout (4 in each of 3 environments)"),
      ("env=Pendulum-v1", "unknown key 'env' in settings; did you mean 'envs'?"),
      ("evaluation.evry=3", "unknown key 'evry' in settings.evaluation; did you mean 'every'?"),
      ("evaluation.envs=0", "settings.evaluation.envs is 0, expected at least 1"),
      (
        "evaluation.onFailure=halt",
        "settings.evaluation.onFailure is 'halt', which is not known; known: continue, stop"
      ),
    ])
  func assignment(_ assignment: String, _ saying: String) throws {
    let recipe = try Recipe(yaml: AgentExample.ppo, source: "pole.yaml")
    let error = #expect(throws: RecipeError.self) { try recipe.setting(assignment) }
    #expect(error?.description.hasPrefix("--set \(assignment): ") == true)
    #expect(error?.description.contains(saying) == true, "\(error?.description ?? "")")
  }

  @Test("A penalty without a weight is an error, since it has no effect")
  func penaltyWithoutWeight() throws {
    let recipe = try Recipe(yaml: AgentExample.a2c, source: "swing.yaml")
    for assignment in ["penalty.network=critic", "penalty={of: log-probability}", "penalty={}"] {
      let error = #expect(throws: RecipeError.self) { try recipe.setting(assignment) }
      #expect(error?.code == .missingKey)
      #expect(error?.message.contains("settings.penalty has no 'weight'") == true, "\(error?.message ?? "")")
    }
    #expect(throws: Never.self) { try recipe.setting("penalty={network: critic, weight: 0}") }
    #expect(throws: Never.self) { try recipe.setting(["penalty.weight=0.1", "penalty.network=critic"]) }
  }

  @Test(
    "Arguments of an environment are YAML's numbers, strings, booleans and null",
    .enabled(if: ProcessInfo.processInfo.environment["ZOO_PYTHON"] != nil, "ZOO_PYTHON names no Python with gymnasium"),
    arguments: [
      ("true", "True"), ("False", "False"), ("null", "None"), ("~", "None"), ("", "None"), ("2", "2"),
      ("2.0", "2.0"), ("1e6", "1000000.0"), ("-5_000_000_000_000", "-5000000000000"), ("'True'", "'True'"),
      ("[1, 2.5]", "[1, 2.5]"), ("0x10", "16"), ("{b: null}", "{'b': None}"),
    ])
  func environmentArguments(_ value: String, _ python: String) {
    let text = AgentExample.ppo.replacing(
      "env: CartPole-v1", with: "env: {gymnasium: CartPole-v1, arguments: {colour: \(value)}}")
    let error = #expect(throws: RecipeError.self) { try Recipe(yaml: text, source: "mine.yaml") }
    #expect(error?.description.contains("{'colour': \(python)}") == true, "\(error?.description ?? "")")
  }

  @Test("An argument of an environment is finite", arguments: [".inf", "-.INF", ".nan"])
  func infiniteArguments(_ value: String) {
    let text = AgentExample.ppo.replacing(
      "env: CartPole-v1", with: "env: {gymnasium: CartPole-v1, arguments: {colour: \(value)}}")
    let error = #expect(throws: RecipeError.self) { try Recipe(yaml: text, source: "mine.yaml") }
    #expect(error?.code == .wrongType)
    #expect(error?.message.contains("env.arguments.colour is the word") == true, "\(error?.message ?? "")")
  }

  @Test(
    "One optimiser, not none or two", arguments: [("{}", "no optimizer"), ("{adam: {}, rmsprop: {}}", "2 optimizers")])
  func optimizer(_ value: String, _ saying: String) throws {
    let recipe = try Recipe(yaml: AgentExample.a2c, source: "swing.yaml")
    let error = #expect(throws: RecipeError.self) { try recipe.setting("optimizer=\(value)") }
    #expect(
      error?.message.contains("settings.optimizer names \(saying), expected one of adam, adamw, rmsprop, sgd") == true)
  }
}
