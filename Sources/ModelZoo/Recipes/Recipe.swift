import Algorithms
import Datasets
import Foundation

/// A model that can be trained: its card, its networks, an algorithm with its numbers, and a data set.
///
/// A recipe that exists is right: its networks are built and fit each other, and its settings are in range.
///
/// ```swift
/// var recipe = try Recipe.named("wgan-gp-fashion")
/// recipe = try recipe.setting("optimizer.adam.rate=1e-4")
/// print(recipe.networks["critic"]?.graph.trainableCount ?? 0)
/// ```
public struct Recipe: Sendable {
  /// The name that commands use: letters, digits, `-`, `_` and `.`.
  public let name: String
  /// One line that says what it is.
  public let summary: String
  /// The licence of the recipe, such as `MIT`; nil where it does not say.
  public let licence: String?
  /// Papers and pages behind the recipe.
  public let references: [String]
  /// What trains the networks.
  public let algorithm: RecipeAlgorithm
  /// The numbers of the algorithm.
  public private(set) var settings: WGANGPSettings
  /// What the networks are trained on.
  public let dataset: Dataset
  /// The networks by role: `generator` and `critic`.
  public let networks: [String: RecipeNetwork]
  /// The steps of a whole training.
  public let steps: Int
  /// When checkpoints are written and which of them stay.
  public let checkpoint: CheckpointPolicy
  /// What is allowed and yet likely a mistake: a sentence for each.
  public let warnings: [String]
  /// The exact text that the recipe was read from.
  public let text: String
  /// What messages call the text: the name of its file.
  public let source: String
}

extension Recipe {
  private enum Key: String, CaseIterable {
    case name, summary, licence, references, algorithm, dataset, networks, settings, steps, checkpoint
  }
  private enum Role: String, CaseIterable { case generator, critic }

  /// Reads a recipe and builds its networks.
  ///
  ///     name: small
  ///     summary: A small recipe
  ///     licence: MIT                        # may be left out, like references, settings and checkpoint
  ///     references: [arXiv:1704.00028]
  ///     algorithm: wgan-gp
  ///     dataset: fashion-mnist
  ///     networks:
  ///       generator: {input: [100], layers: [{linear: 784}, tanh]}
  ///       critic: {graph: critic.graph}     # a file beside the recipe, in the text form of graphs
  ///     settings: {batch: 64}               # what is left out has the paper's value
  ///     steps: 20000
  ///     checkpoint: {every: 1000, keep: {last: 3, every: 10000}}
  ///
  /// Layers are, with their options and what stands for these where they are left out:
  /// - `{linear: 128}`, `{linear: {outputs: 128, bias: true}}`
  /// - `{conv2d: {outputs: 64, kernel: 5, stride: 1, padding: 0, dilation: 1, groups: 1, bias: true}}`, `conv1d`,
  ///   `conv-transpose1d` and `conv-transpose2d`, these two with `outputPadding: 0`, too
  /// - `{max-pool2d: 2}`, `{avg-pool2d: {kernel: 2, stride: 2, padding: 0}}`, `global-avg-pool`, `{upsample: 2}`
  /// - `{batch-norm: {eps: 1e-5, momentum: 0.1}}`, `{layer-norm: {axes: 1, eps: 1e-5, affine: true}}`, `rms-norm`,
  ///   `{group-norm: 8}`, `instance-norm`, `{spectral-norm: {linear: 128}}`
  /// - `{leaky-relu: 0.01}`, `relu`, `tanh`, `sigmoid`, `softplus`
  /// - `flatten`, `{unflatten: [1, 28, 28]}`, `{crop: [1, 28, 28]}`
  /// - `{residual: {layers: [relu, {linear: 8}], shortcut: [{linear: 8}]}}`, or just a list of layers
  ///
  /// A graph's parameters begin by what reads them, or by `initialize: {NAME: 0.25, OTHER: {uniform: 0.1}}` beside `graph`.
  ///
  /// - Parameters:
  ///   - text: YAML, at most 64 KiB.
  ///   - source: what messages call the text, such as the name of its file.
  ///   - folder: where the files are that the recipe names; without it, it can name none.
  /// - Throws: ``RecipeError`` with the line and the column.
  public init(yaml text: String, source: String, folder: URL? = nil) throws(RecipeError) {
    let recipe = try RecipeDocument.parse(text, source: source).mapping(of: Key.self)
    name = try recipe.required(.name).name()
    summary = try recipe.required(.summary).text()
    licence = try recipe[.licence]?.text()
    references =
      try recipe[.references]?.list(of: "a list of references").map { (item) throws(RecipeError) in try item.text() }
      ?? []
    algorithm = try recipe.required(.algorithm).choice()
    dataset = try recipe.required(.dataset).choice()
    settings = WGANGPSettings()
    if let value = recipe[.settings] { try settings.read(value) }
    steps = try recipe.required(.steps).integer()
    checkpoint =
      try recipe[.checkpoint].map { (value) throws(RecipeError) in try CheckpointPolicy(value) } ?? CheckpointPolicy()

    let networks = try recipe.required(.networks)
    let roles = try networks.mapping(of: Role.self)
    let generator = try RecipeNetwork(roles.required(.generator), role: Role.generator.rawValue, folder: folder)
    let critic = try RecipeNetwork(roles.required(.critic), role: Role.critic.rawValue, folder: folder)
    do {
      warnings = try WGANGP(generator: generator.graph, critic: critic.graph, settings: settings).warnings
    } catch {
      throw networks.error(.badShape, "the networks do not fit \(algorithm.rawValue)", cause: error)
    }
    self.networks = [Role.generator.rawValue: generator, Role.critic.rawValue: critic]
    self.text = text
    self.source = source
  }
  /// The recipe with one setting changed.
  ///
  /// - Parameter assignment: a path below `settings`, `=`, and a value as YAML has it: `batch=32`, `penalty.sided=one`,
  ///   `optimizer.adam.betas=[0.5, 0.9]`.
  /// - Throws: ``RecipeError`` as for a recipe, with `--set` and the assignment for the place.
  public func setting(_ assignment: String) throws(RecipeError) -> Recipe {
    var recipe = self
    try recipe.settings.read(RecipeDocument.parse(assignment: assignment))
    return recipe
  }
}
