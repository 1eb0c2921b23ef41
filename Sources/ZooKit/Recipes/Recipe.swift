import TrainingAlgorithms
import Datasets
import Foundation

/// A model that can be trained: its card, its networks, an algorithm with its settings, and a data set.
///
/// Every instance is valid: its networks are built and fit each other, and its settings are in range.
///
/// ```swift
/// var recipe = try Recipe.named("wgan-gp-fashion")
/// recipe = try recipe.setting("optimizer.adam.rate=1e-4")
/// print(recipe.networks["critic"]?.graph.trainableCount ?? 0)
/// ```
public struct Recipe: Sendable {
  /// The name that commands use: letters, digits, `-`, `_` and `.`.
  public let name: String
  /// A description in one line.
  public let summary: String
  /// The licence of the recipe, such as `MIT`; nil if it names none.
  public let licence: String?
  /// Papers and pages behind the recipe.
  public let references: [String]
  /// The name of the algorithm that trains the networks.
  public var algorithm: String { type(of: settings).name }
  /// The environment of an agent; nil for algorithms that train none.
  public var environment: EnvironmentSettings? { settings.agent?.environment }
  /// The settings of the algorithm.
  public let settings: any AlgorithmSettings
  /// The data set; nil for algorithms that need none, such as agents, which have an environment in their settings.
  public private(set) var dataset: DatasetSettings?
  /// The networks by role: `generator` and `critic`, or an agent's `actor` and `critic`.
  public let networks: [String: RecipeNetwork]
  /// The steps of a whole training.
  public let steps: Int
  /// The policy for writing and keeping checkpoints.
  public let checkpoint: CheckpointPolicy
  /// The logs for other programs that a training writes.
  public let logs: LogSettings
  /// Warnings about values that are allowed but likely mistakes, one sentence each.
  public let warnings: [String]
  /// The exact text of the recipe.
  public let text: String
  /// The name of the text in messages: the name of its file.
  public let source: String
  private let context: RecipeContext
  private let assignments: [String]
}

extension Recipe {
  enum Key: String, CaseIterable {
    case name, summary, licence, references, algorithm, dataset, env, networks, settings, evaluation, stop, samples
    case steps, checkpoint, logs
  }

  /// Reads a recipe and builds its networks.
  ///
  ///     name: small
  ///     summary: A small recipe
  ///     licence: MIT                        # optional, like references, settings and checkpoint
  ///     references: [arXiv:1704.00028]
  ///     algorithm: wgan-gp
  ///     dataset: fashion-mnist              # or {images: photos, size: 64}, {arrays: samples.npz}
  ///     networks:
  ///       generator: {input: [100], layers: [{linear: 784}, tanh]}
  ///       critic: {graph: critic.graph}     # a file beside the recipe, in the text form of graphs
  ///     settings: {batch: 64}               # missing settings have the paper's values
  ///     steps: 20000
  ///     checkpoint: {every: 1000, keep: {last: 3, every: 10000}}
  ///     samples: {every: 1000, n: 64}       # optional: pictures of a GAN's samples that the run keeps
  ///     logs: {tensorboard: logs}           # optional: event files of TensorBoard while it trains
  ///
  /// An agent has an environment instead of a data set, and hidden layers, to which the algorithm adds the heads:
  ///
  ///     algorithm: ppo                      # or a2c, ddpg, td3, sac
  ///     # or {gymnasium: LunarLander-v3, arguments: {continuous: true}, timeout: 60, save: try}
  ///     env: CartPole-v1
  ///     networks:
  ///       actor: {layers: [{linear: 64}, tanh, {linear: 64}, tanh]}
  ///       critic: {layers: [{linear: 64}, tanh, {linear: 64}, tanh]}
  ///     settings: {envs: 8, rate: {linear: 1e-3}}
  ///     evaluation: {every: 10000, episodes: 10, onFailure: continue}   # or stop
  ///     stop: {evaluation: 475}             # the mean return of an evaluation that ends the run
  ///
  /// Layers, with the defaults of their options:
  /// - `{linear: 128}`, `{linear: {outputs: 128, bias: true}}`
  /// - `{conv2d: {outputs: 64, kernel: 5, stride: 1, padding: 0, dilation: 1, groups: 1, bias: true}}`, `conv1d`,
  ///   `conv-transpose1d` and `conv-transpose2d`, these two with `outputPadding: 0`, too
  /// - `{max-pool2d: 2}`, `{avg-pool2d: {kernel: 2, stride: 2, padding: 0}}`, `global-avg-pool`, `{upsample: 2}`
  /// - `{batch-norm: {eps: 1e-5, momentum: 0.1}}`, `{layer-norm: {axes: 1, eps: 1e-5, affine: true}}`, `rms-norm`,
  ///   `{group-norm: 8}`, `instance-norm`, `{spectral-norm: {linear: 128}}`
  /// - `{leaky-relu: 0.01}`, `relu`, `tanh`, `sigmoid`, `softplus`
  /// - `flatten`, `{unflatten: [1, 28, 28]}`, `{crop: [1, 28, 28]}`
  /// - `{residual: {layers: [relu, {linear: 8}], shortcut: [{linear: 8}]}}`, or a list of layers
  ///
  /// A layer that would normalise single values is an error, because no gradient comes through it: batch normalisation
  /// of one sample without further axes, the others over an extent of 1.
  ///
  /// The initial values of a graph's parameters follow from their use. Others come from
  /// `initialize: {NAME: 0.25, OTHER: {uniform: 0.1}}` next to `graph`.
  ///
  /// - Parameters:
  ///   - text: YAML, at most 64 KiB.
  ///   - source: the name of the text in messages, such as the name of its file.
  ///   - folder: the folder of the files that the recipe names; nil if it can name none.
  ///   - catalogue: the data sets, layers, algorithms and environments that it can name.
  /// - Throws: ``RecipeError`` with the line and the column.
  public init(
    yaml text: String, source: String, folder: URL? = nil, catalogue: Catalogue = .standard
  ) throws(RecipeError) {
    try self.init(text, source: source, RecipeContext(catalogue: catalogue, folder: folder), assignments: [])
  }

  private init(
    _ text: String, source: String, _ context: RecipeContext, assignments: [String]
  ) throws(RecipeError) {
    let recipe = try RecipeDocument.parse(text, source: source, context).mapping(of: Key.self)
    name = try recipe.required(.name).name()
    summary = try recipe.required(.summary).text()
    licence = try recipe[.licence]?.text()
    references =
      try recipe[.references]?.list(of: "a list of references").map { (item) throws(RecipeError) in try item.text() }
      ?? []
    let subject = try Self.subject(recipe)
    dataset = subject.dataset
    (networks, settings, warnings) = try Self.trained(
      recipe, subject.settings, context, assignments.filter { !LogSettings.isAssigned(by: $0) })
    var logs = LogSettings()
    if let value = recipe[.logs] { try logs.read(value) }
    for assignment in assignments where LogSettings.isAssigned(by: assignment) {
      try logs.read(assignment: RecipeDocument.parse(assignment: assignment, context))
    }
    self.logs = logs
    steps = try recipe.required(.steps).integer()
    checkpoint =
      try recipe[.checkpoint].map { (value) throws(RecipeError) in try CheckpointPolicy(value) } ?? CheckpointPolicy()
    (self.text, self.source, self.context, self.assignments) = (text, source, context, assignments)
  }

  /// The data set, and the settings, which include the environment of an agent.
  private static func subject(
    _ recipe: RecipeMapping<Key>
  ) throws(RecipeError) -> (dataset: DatasetSettings?, settings: any AlgorithmSettings) {
    let name = try recipe.required(.algorithm)
    let catalogue = name.context.catalogue
    let algorithm = try name.choice(among: catalogue.algorithms.keys.sorted())
    guard let type = catalogue.algorithms[algorithm] else { preconditionFailure("no algorithm '\(algorithm)'") }
    let settings = type.init()
    if let foreign = settings.agent == nil ? recipe[.env] : recipe[.dataset] {
      throw foreign.error(.badValue, "\(foreign.path) is not for \(algorithm); leave it out")
    }
    guard let agent = settings.agent else {
      let value = try recipe.required(.dataset)
      let dataset = try value.dataset()
      guard dataset.augment.isEmpty || type.appliesAugmentation else {
        throw value.error(.badValue, "\(algorithm) does not change samples; leave \(value.path).augment out")
      }
      return (dataset, try reading(settings, recipe))
    }
    return (nil, try reading(inEnvironment(agent, recipe), recipe))
  }

  /// An agent's settings with the environment of a recipe.
  private static func inEnvironment(
    _ settings: some AgentSettings, _ recipe: RecipeMapping<Key>
  ) throws(RecipeError) -> any AlgorithmSettings {
    var settings = settings
    settings.environment = try recipe.required(.env).environment()
    return settings
  }

  /// Settings with those that stand beside `settings` in a recipe: evaluations, the stop and pictures of samples.
  private static func reading(
    _ settings: some AlgorithmSettings, _ recipe: RecipeMapping<Key>
  ) throws(RecipeError) -> any AlgorithmSettings {
    var settings = settings
    let table = type(of: settings).table
    for key in [Key.evaluation, .stop, .samples] {
      guard let value = recipe[key] else { continue }
      guard table.keys.contains(key.rawValue) else {
        throw value.error(.badValue, "\(value.path) is not for \(type(of: settings).name); leave it out")
      }
      try table.read(key.rawValue, value, into: &settings)
    }
    return settings
  }

  /// The networks and the algorithm's settings, checked against each other.
  private static func trained(
    _ recipe: RecipeMapping<Key>, _ settings: any AlgorithmSettings, _ context: RecipeContext, _ assignments: [String]
  ) throws(RecipeError) -> ([String: RecipeNetwork], any AlgorithmSettings, warnings: [String]) {
    var settings = settings
    var last = recipe[.settings]
    if let last { try settings.read(last) }
    for assignment in assignments {
      let value = try RecipeDocument.parse(assignment: assignment, context)
      try settings.read(value)
      last = value
    }
    let networks = try recipe.required(.networks)
    let built = try settings.networks(networks)
    do {
      let warnings = try settings.algorithm(built.mapValues(\.graph)).warnings
      return (built, settings, warnings + (try settings.agent?.environment.warnings ?? []))
    } catch let error as AlgorithmError where error.code == .setting {
      throw (last?.culprit(of: error) ?? networks).error(.badValue, "the settings do not fit each other", cause: error)
    } catch {
      throw networks.error(.badShape, "the networks do not fit \(type(of: settings).name)", cause: error)
    }
  }

  /// The warnings before a training, one sentence each: ``warnings``, and those about the number of steps.
  ///
  /// - Parameter steps: the number of steps; the recipe's by default.
  /// - Throws: the algorithm's errors.
  public func warnings(steps: Int?) throws -> [String] {
    let algorithm = try settings.algorithm(networks.mapValues(\.graph))
    let shortfall = algorithm.firstUpdate.warning(
      target: steps ?? self.steps, stepsPerAdvance: algorithm.stepsPerAdvance)
    return warnings + [shortfall].compactMap(\.self)
  }

  /// The recipe with settings changed.
  ///
  /// - Parameter assignments: `PATH=VALUE` each, with a path below `settings` and a value in YAML: `batch=32`,
  ///   `penalty.sided=one`, `optimizer.adam.betas=[0.5, 0.9]`; an agent's `evaluation.every=1000`, too.
  /// - Throws: ``RecipeError`` as for a recipe. Its location is `--set` with the assignment.
  public func setting(_ assignments: [String]) throws(RecipeError) -> Recipe {
    try Recipe(text, source: source, context, assignments: self.assignments + assignments)
  }

  /// The recipe with pictures that can't be decoded left out; the same recipe for other data.
  public func skippingBrokenPictures() -> Recipe {
    guard case .images(let path, var images) = dataset?.kind else { return self }
    images.skipBroken = true
    var recipe = self
    recipe.dataset?.kind = .images(path, images)
    return recipe
  }

  /// The folder of the files that the recipe names; nil for the current one.
  var folder: URL? { context.folder }

  /// The recipe with one setting changed; see ``setting(_:)-swift.method``.
  public func setting(_ assignment: String) throws(RecipeError) -> Recipe { try setting([assignment]) }
}

extension EnvironmentSettings {
  /// Warnings about the environment before training.
  fileprivate var warnings: [String] {
    get throws {
      guard isGymnasium else { return [] }
      let (saving, seeding) = try obstacles()
      // `save: never` is the user's decision and needs no warning.
      let unsaved = save == .never ? nil : saving
      return [
        unsaved.map {
          "a run in '\(id)' does not resume bit for bit, but with new episodes: the environment can't be saved: \($0)"
        },
        seeding.map { "runs in '\(id)' with equal seeds can differ: the seed does not determine everything: \($0)" },
      ].compactMap { $0 }
    }
  }
}

extension RecipeValue {
  /// The setting that an error names, or the nearest existing mapping around it.
  fileprivate func culprit(of error: AlgorithmError) -> RecipeValue {
    var place = self
    for key in error.setting?.split(separator: ".") ?? [] {
      let entry = try? place.entries().first { entry in (try? entry.key.text()) == String(key) }
      guard let entry else { break }
      place = entry.value
    }
    return place
  }
}
