import TrainingAlgorithms
import Foundation
import GraphIR
import RunStore
import Testing
import ZooKit

/// Trained models that were written by `release`, against the runs that they are from.
@Suite struct TrainedModelTests {
  /// A zoo whose trained models are in a folder of its own.
  private struct Released {
    let tiny: TinyZoo
    let folder: URL
    let zoo: ModelZoo

    init() throws {
      tiny = try TinyZoo()
      folder = tiny.folder.appending(path: "trained")
      var catalogue = Catalogue.standard
      catalogue.trainedFolder = folder
      zoo = try ModelZoo(at: tiny.folder.appending(path: "zoo.sqlite").path, catalogue: catalogue)
    }

    /// Trains a small run and releases a checkpoint of it.
    @discardableResult
    func train(_ model: String, steps: Int = 24, _ assignments: [String] = [], at checkpoint: String = "latest") throws
      -> (run: Run, trained: TrainedModel)
    {
      let recipe = try Recipe.small(model).setting(assignments)
      let run = try zoo.train(recipe, steps: steps, seed: 7, options: tiny.options())
      try zoo.release("\(run.id)@\(checkpoint)", to: folder, note: "a trial", episodes: 3)
      return (run, try #require(try zoo.catalogue.trainedModel("\(model):trained")))
    }

    /// Changes a text in the card of a model.
    func change(_ model: String, _ old: String, _ new: String) throws {
      let file = folder.appending(path: "\(model).json")
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.contains(old), "\(old)")
      try text.replacing(old, with: new, maxReplacements: 1).write(to: file, atomically: true, encoding: .utf8)
    }
  }

  private static let agents = Recipe.builtIn.filter { $0.environment != nil }.map(\.name)

  // MARK: Bits

  @Test(
    arguments: [
      ("wgan-gp-tiny", []), ("wgan-gp-fashion", ["ema.decay=0.5"]), ("wgan-gp-fashion-conv", []),
      ("wgan-gp-fashion-conditional", ["ema.decay=0.5"]),
    ] as [(String, [String])])
  func samplesAreThoseOfTheRun(_ model: String, _ assignments: [String]) throws {
    let released = try Released()
    let (run, trained) = try released.train(model, steps: 12, assignments)
    for seed: UInt64 in [0, 5] {
      let (expected, found) = (
        try released.zoo.sample(run.id, count: 12, seed: seed), try trained.sample(count: 12, seed: seed)
      )
      #expect(found.values == expected.values && found.classes == expected.classes)
      #expect(try found.picture() == expected.picture())
    }
    #expect(try released.zoo.sample("\(model):trained", count: 3).values == trained.sample(count: 3).values)
    guard model.hasSuffix("conditional") else { return }
    let rows = try (released.zoo.sample(run.id, count: 2, labels: .rows), trained.sample(count: 2, labels: .rows))
    #expect(rows.0.values == rows.1.values && rows.0.classes == rows.1.classes)
    let bags = try (
      released.zoo.sample(run.id, count: 2, labels: .one("Bag")), trained.sample(count: 2, labels: .one("Bag"))
    )
    #expect(bags.0.values == bags.1.values && bags.0.values != rows.0.values)
  }

  /// Rewards, lengths and recorded steps, with likely and with drawn actions.
  @Test(arguments: agents) func policiesDoWhatTheRunsDo(_ model: String) throws {
    let released = try Released()
    let (run, trained) = try released.train(model, steps: 60, ["timeLimit=40"], at: "best")
    let reference = "\(run.id)@best"
    for isDeterministic in [true, false] {
      let expected = try released.zoo.record(reference, episodes: 3, seed: 4, isDeterministic: isDeterministic)
      let found = try trained.record(episodes: 3, seed: 4, isDeterministic: isDeterministic)
      #expect(found.evaluation.episodes == expected.evaluation.episodes)
      #expect(found.evaluation.isDeterministic == expected.evaluation.isDeterministic)
      #expect(found.trajectories == expected.trajectories)
    }
    #expect(try trained.film(seed: 2).episode == released.zoo.film(reference, seed: 2).episode)
    let best = try released.zoo.store.checkpoint(of: run.id, at: .best)
    #expect(trained.card.step == best.id.step && trained.card.stateDigest == best.stateDigest.description)
    // The second file has the values of the critic.
    let critic = try #require(trained.roles.last { $0.hasPrefix("critic") })
    #expect(try trained.network(critic).parameters == released.zoo.network(reference, critic).parameters)
  }

  @Test func equalTrainingsGiveEqualFiles() throws {
    // Their folders are deleted with them.
    let zoos = (try Released(), try Released())
    let (first, second) = (try zoos.0.train("ppo-cartpole", at: "best"), try zoos.1.train("ppo-cartpole", at: "best"))
    #expect(first.run.id != second.run.id)
    #expect(first.trained.card.networks == second.trained.card.networks && first.trained.roles == ["policy", "critic"])
    #expect(try first.trained.data() == second.trained.data())
    withExtendedLifetime(zoos) {}
  }

  // MARK: Cards

  @Test func theCardSaysWhereItIsFrom() throws {
    let released = try Released()
    let (run, trained) = try released.train("classifier-fashion", steps: 20, at: "best")
    let card = trained.card
    #expect(card.licence == "MIT" && card.seed == 7 && card.steps == 20 && card.threads == 1 && card.note == "a trial")
    #expect(card.data.hasPrefix("fashion-mnist, 40 x 1 x 28 x 28, CRC-32 ") && card.machine == run.machine)
    #expect(card.command == "zoo train classifier-fashion --seed 7 --steps 20 --threads 1")
    #expect(card.networks.map(\.file) == ["classifier-fashion.onnx"] && trained.roles == ["network"])
    // A share p of n samples has the standard error √(p (1 - p) / n).
    let evaluation = try #require(card.evaluations.first)
    let p = evaluation.value
    #expect(evaluation.quantity == "accuracy" && evaluation.count == 4)
    let bounds = try #require(evaluation.interval)
    for (bound, sign) in zip(bounds, [-1.0, 1]) {
      #expect(abs(bound - (p + sign * 1.96 * (p * (1 - p) / 4).squareRoot())) < 1e-12)
    }
    #expect(card.platform["zoo"] == ModelZoo.version)
  }

  @Test func returnsOfTheCardAreThoseOfAnEvaluation() throws {
    let released = try Released()
    let trained = try released.train("ppo-pendulum", steps: 60, at: "best").trained
    let evaluation = try #require(trained.card.evaluations.first)
    let returns = try trained.evaluate(episodes: 3, seed: 2_000_000, isDeterministic: true).episodes.map(\.return)
    let mean = returns.reduce(0, +) / 3
    let deviation = (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3).squareRoot()
    #expect(evaluation.value == mean && abs((evaluation.standardDeviation ?? 0) - deviation) < 1e-9)
    #expect(abs((evaluation.interval?[0] ?? 0) - (mean - 1.96 * deviation / 3.0.squareRoot())) < 1e-9)
  }

  // MARK: Uses

  @Test func networksStartWithTheValues() throws {
    let released = try Released()
    // Normalised observations: their moments are in the policy, and are no network's.
    let (_, trained) = try released.train("a2c-pendulum", steps: 60, at: "best")
    var initial = InitialValues()
    try initial.read(trained)
    let recipe = try Recipe.small("a2c-pendulum")
    func begin(_ initial: InitialValues) throws -> (run: Run, state: [String: TensorValue]) {
      let run = try released.zoo.train(recipe, steps: 8, seed: 2, initial: initial, options: released.tiny.options())
      return (run, try released.zoo.store.snapshot(of: run.id, at: .step(0)).tensors)
    }
    let (run, state) = try begin(initial)
    let (policy, critic) = (try trained.network("policy").parameters, try trained.network("critic").parameters)
    for (name, value) in policy where name.hasPrefix("actor/") { #expect(state[name] == value, "\(name)") }
    for (name, value) in critic { #expect(state["critic/\(name)"] == value, "\(name)") }
    #expect(policy.keys.contains { $0.hasPrefix("environment/") } && policy.count > 4)
    let event = try #require(released.zoo.store.events(of: run.id).first)
    #expect(event.message == "initial values from a2c-pendulum:trained")

    var one = InitialValues()
    try one.read(trained, for: "critic")
    let (_, other) = try begin(one)
    let (_, drawn) = try begin(InitialValues())
    for (name, value) in critic { #expect(other["critic/\(name)"] == value, "\(name)") }
    for (name, value) in drawn where name.hasPrefix("actor/") { #expect(other[name] == value, "\(name)") }
    let error = #expect(throws: ModelZooError.self) { try initial.read(trained, for: "generator") }
    #expect(error?.message.contains("no values for 'generator'; it has those of actor, critic") == true)
  }

  /// The moving average is the generator for users, and for a new training.
  @Test func aMovingAverageStartsAGenerator() throws {
    let released = try Released()
    let (run, trained) = try released.train("wgan-gp-tiny", steps: 12, ["ema.decay=0.5"])
    #expect(trained.roles == ["generator-ema"])
    var initial = InitialValues()
    try initial.read(trained)
    let next = try released.zoo.train(
      Recipe.small("wgan-gp-tiny"), steps: 1, seed: 2, initial: initial, options: released.tiny.options())
    let state = try released.zoo.store.snapshot(of: next.id, at: .step(0)).tensors
    for (name, value) in try released.zoo.network(run.id, "generator-ema").parameters {
      #expect(state["generator/\(name)"] == value, "\(name)")
    }
  }

  @Test func recipesNameThem() throws {
    let released = try Released()
    let trained = try released.train("wgan-gp-tiny", steps: 12).trained
    let text = try Recipe.named("wgan-gp-tiny").text
    let start = try #require(text.range(of: "  generator:\n")), end = try #require(text.range(of: "  critic:\n"))
    let recipe = try Recipe(
      yaml: text.replacingCharacters(
        in: start.lowerBound..<end.lowerBound, with: "  generator: {graph: wgan-gp-tiny:trained}\n"),
      source: "own.yaml", catalogue: released.zoo.catalogue)
    let run = try released.zoo.train(recipe, steps: 6, seed: 1, options: released.tiny.options())
    let state = try released.zoo.store.snapshot(of: run.id, at: .step(0)).tensors
    let values = try trained.network().parameters
    for (name, value) in values { #expect(state["generator/\(name)"] == value, "\(name)") }
    // It is trained on, running statistics included.
    let last = try released.zoo.network(run.id, "generator").parameters
    // The gradient of a bias before a normalisation is zero.
    #expect(last.count == values.count && last.count { values[$0.key] != $0.value } >= last.count - 1)
    let wrong = #expect(throws: RecipeError.self) {
      try Recipe(
        yaml: text.replacingCharacters(
          in: start.lowerBound..<end.lowerBound, with: "  generator: {graph: wgan-gp-tinny:trained}\n"),
        source: "own.yaml", catalogue: released.zoo.catalogue)
    }
    #expect("\(wrong as Any)".contains("did you mean 'wgan-gp-tiny'?"), "\(wrong as Any)")
  }

  // MARK: Mistakes

  private func failure(_ released: Released, _ model: String = "wgan-gp-tiny") -> String {
    let error = #expect(throws: ModelZooError.self) {
      _ = try released.zoo.catalogue.trainedModel("\(model):trained")?.sample(count: 1)
    }
    return "\(error as Any)"
  }

  @Test func damagedFilesAreNamed() throws {
    let released = try Released()
    try released.train("wgan-gp-tiny", steps: 12)
    let file = released.folder.appending(path: "wgan-gp-tiny.onnx")
    let whole = try Data(contentsOf: file)
    var flipped = whole
    flipped[whole.count / 2] ^= 1
    for (bytes, phrases) in [
      (flipped, ["is damaged", "SHA-256"]),
      (whole.dropLast(), ["expected \(whole.count) bytes", "\(whole.count - 1)"]),
      (whole + Data([0]), ["is damaged"]), (Data(), ["found 0"]),
    ] {
      try bytes.write(to: file)
      let message = failure(released)
      for phrase in phrases + [file.path, "wgan-gp-tiny:trained"] { #expect(message.contains(phrase), "\(message)") }
    }
    try FileManager.default.removeItem(at: file)
    let missing = failure(released)
    #expect(missing.contains("the generator of wgan-gp-tiny:trained") && missing.contains("ZOO_MODELS"), "\(missing)")
    try whole.write(to: file)
    _ = try released.zoo.sample("wgan-gp-tiny:trained", count: 1)
  }

  private static let share = """
    "dataset" : {"kind" : {"named" : {"_0" : "fashion-mnist"}}, "validation" : 1.5, "augment" : {"crop" : 0}}
    """

  @Test(
    arguments: [
      ("\"wgan-gp-tiny.onnx\"", "\"../wgan-gp-tiny.onnx\"", "ONNX file of its folder"),
      ("\"wgan-gp-tiny.onnx\"", "\"/etc/passwd\"", "ONNX file of its folder"),
      ("\"model\" : \"wgan-gp-tiny\"", "\"model\" : \"wgan-gp-fashion\"", "expected the model 'wgan-gp-tiny'"),
      ("\"bytes\" : ", "\"bytes\" : -", "expected a size"), ("\"seed\" : 7", "\"seed\" : -7", "not JSON"),
      ("\"digest\"", "\"digester\"", "digest' is missing"), ("\"wgan-gp\"", "\"wgan-gq\"", "'specification.algorithm'"),
      ("{", "[", "not JSON"), ("\"threads\" : 1", "\"threads\" : \"one\"", "unexpected type"),
      ("        28\n", "        9223372036854775807\n", "samples of shape"),
      ("\"dataset\" : \"fashion-mnist\"", share, "the part for validation is 1.5"),
      ("\"fingerprint\" :", "\"labels\" : [], \"fingerprint\" :", "labels without a name"),
    ])
  func damagedCardsAreNamed(_ old: String, _ new: String, _ said: String) throws {
    let released = try Released()
    try released.train("wgan-gp-tiny", steps: 12)
    try released.change("wgan-gp-tiny", old, new)
    let message = failure(released)
    #expect(message.contains(said) && message.contains("wgan-gp-tiny.json"), "\(message)")
  }

  @Test func networksOfAnotherKindAreRefused() throws {
    let released = try Released()
    try released.train("ppo-cartpole", at: "best")
    try released.train("wgan-gp-tiny", steps: 12)
    // A card whose policy is a critic: the file is whole, its outputs are wrong.
    let policy = released.folder.appending(path: "ppo-cartpole.json")
    let text = try String(contentsOf: policy, encoding: .utf8)
    let swapped = text.replacing("\"role\" : \"critic\"", with: "\"role\" : \"x\"")
      .replacing("\"role\" : \"policy\"", with: "\"role\" : \"critic\"")
      .replacing("\"role\" : \"x\"", with: "\"role\" : \"policy\"")
    try swapped.write(to: policy, atomically: true, encoding: .utf8)
    let wrong = try #require(try released.zoo.catalogue.trainedModel("ppo-cartpole:trained"))
    let error = #expect(throws: ModelZooError.self) { try wrong.evaluate(episodes: 1) }
    #expect(error?.message.contains("the policy of ppo-cartpole:trained is a network of another kind") == true)

    let agent = #expect(throws: ModelZooError.self) { try wrong.sample() }
    #expect(agent?.message.contains("ppo-cartpole:trained trains an agent in 'CartPole-v1'") == true)
    let gan = #expect(throws: ModelZooError.self) { try released.zoo.evaluate("wgan-gp-tiny:trained") }
    #expect(gan?.message.contains("wgan-gp-tiny:trained trains no agent") == true)
    let role = #expect(throws: ModelZooError.self) {
      try released.zoo.sample("wgan-gp-tiny:trained", network: "critic")
    }
    #expect(role?.message.contains("has no network 'critic'; it has generator") == true)
  }

  @Test func unknownNamesAnswerWithKnownOnes() throws {
    let released = try Released()
    let empty = #expect(throws: ModelZooError.self) { try released.zoo.catalogue.trainedModel("wgan-gp-tiny:trained") }
    #expect(empty?.message.contains("not installed") == true && empty?.message.contains("ZOO_MODELS") == true)
    try released.train("wgan-gp-tiny", steps: 1)
    let catalogue = released.zoo.catalogue
    #expect(catalogue.trainedNames == ["wgan-gp-tiny"])
    let unknown = #expect(throws: ModelZooError.self) { try catalogue.trainedModel("nope:trained") }
    #expect(unknown?.code == .trainedModel)
    #expect(unknown?.message == "there is no trained model 'nope'; known: wgan-gp-tiny")
    #expect(try catalogue.trainedModel("wgan-gp-tiny") == nil)
    #expect(catalogue.likelyTrained("wgan-gp-tiny:traind") == "wgan-gp-tiny:trained")
    #expect(catalogue.likelyTrained("wgan-gp-tiny") == "wgan-gp-tiny:trained")
    #expect(catalogue.likelyTrained("job") == nil && catalogue.likelyTrained("job:1") == nil)
    let name = #expect(throws: ModelZooError.self) {
      try released.zoo.train(Recipe.named("wgan-gp-tiny"), name: "job:trained", options: released.tiny.options())
    }
    #expect(name?.message.contains("'job:trained', expected one without ':trained'") == true)
  }
}
