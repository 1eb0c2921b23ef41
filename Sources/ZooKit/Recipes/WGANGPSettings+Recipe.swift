import TrainingAlgorithms
import Foundation
import GraphIR
import NN

/// The part of a recipe for WGAN-GP.
extension WGANGPSettings: AlgorithmSettings {
  private enum Role: String, CaseIterable { case generator, critic }

  /// `wgan-gp`.
  public static let name = "wgan-gp"
  /// True.
  public static let appliesAugmentation = true

  /// The keys below `settings`.
  public static let table: SettingTable<Self> = [
    .init("batch", \.batch, .count, "Samples of an update."),
    .init("criticSteps", \.criticSteps, .count, "Updates of the critic for each update of the generator."),
    .init("loss", \.loss, .adversarialLoss, "The losses of critic and generator, to which the penalty is added."),
    .init(
      "penalty", \.penalty,
      Penalty.table + [
        .init("every", \.every, .count, "The penalty is in one of so many updates of the critic, times this number.")
      ]),
    .optimizer(\.optimizer, hasRate: true),
    .init("rate", \.rate, .schedule, "The learning rate; it replaces that of the optimiser."),
    .optimizer(
      \.generatorOptimizer, key: "generatorOptimizer", hasRate: true, replacing: \.optimizer,
      "The generator's optimiser; none for the same. Hyperparameters that it leaves out are the same."),
    .init(
      "generatorRate", \.generatorRate, .schedule, "The generator's learning rate; none for that of the optimiser."),
    .init("ema", \.ema, MovingAverage.table),
    .init("classes", \.classes, .count, "The number of classes of the data; none for networks without labels."),
    .init(
      "classifier",
      [
        .init("weight", \.classifierWeight, .nonnegative, "The weight of the auxiliary classifier's loss; 0 for none.")
      ]),
    .init("samples", \.samples, SampleSettings.table),
    .init("evaluation", \.evaluation, GeneratorEvaluationSettings.table),
  ]

  /// Reads settings from JSON, or from a recipe's YAML. Missing settings have the paper's values.
  ///
  /// - Parameters:
  ///   - text: the JSON or YAML.
  ///   - source: the name of the text in messages.
  /// - Throws: ``RecipeError`` that names the source, the line and the setting.
  public init(text: String, source: String) throws(RecipeError) {
    self.init()
    let context = RecipeContext(catalogue: .standard)
    try read(RecipeDocument.parse(text, source: source, path: "settings", context))
  }

  /// The samples of an update.
  public var networkBatch: Int? { batch }
  /// Whether the GAN is conditional.
  public var usesLabels: Bool { classes != nil }
  /// The evaluations of the generator.
  public var generatorEvaluation: GeneratorEvaluationSettings? { evaluation }

  /// Returns the settings as JSON with sorted keys. Equal settings have equal texts.
  ///
  /// - Throws: `EncodingError` if a number is not finite.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Reads the generator and the critic.
  ///
  /// - Throws: ``RecipeError`` at the wrong network.
  public func networks(_ value: RecipeValue) throws(RecipeError) -> [String: RecipeNetwork] {
    let roles = try value.mapping(of: Role.self)
    var networks: [String: RecipeNetwork] = [:]
    for role in Role.allCases {
      let value = try roles.required(role)
      let classes = classes.map {
        RecipeClasses(count: $0, isGenerator: role == .generator, classifies: role == .critic && classifierWeight > 0)
      }
      networks[role.rawValue] = try RecipeNetwork(value, role: role.rawValue, batch: batch, classes: classes)
    }
    return networks
  }

  /// Creates the algorithm with its networks.
  ///
  /// - Throws: `AlgorithmError`, or ``ModelZooError`` if a network is missing.
  public func algorithm(_ networks: [String: Graph]) throws -> any Algorithm {
    try WGANGP(
      generator: networks.network(Role.generator.rawValue), critic: networks.network(Role.critic.rawValue),
      settings: self)
  }
}

extension WGANGPSettings.Penalty {
  static let table: SettingTable<Self> =
    [
      .init("weight", \.weight, .nonnegative, "The penalty's weight in the loss, λ; 0 for no penalty."),
      .init("at", \.gradient.at, .choice, "The samples at which the gradient is taken."),
      .init("inputs", \.gradient.inputs, .choice, "The inputs of the gradient."),
    ] + GradientPenalty.table.at(\.gradient)
}

extension WGANGPSettings.MovingAverage {
  static let table: SettingTable<Self> = [
    .init("decay", \.decay, .decay, "The decay rate of the generator's moving average; none for no average.")
  ]
}

extension SampleSettings {
  /// The keys below `samples`.
  public static let table: SettingTable<Self> = [
    .init("every", \.every, .natural, "Steps between stored pictures of samples; 0 for none."),
    .init("n", \.count, .count, "Samples of a picture; rows of classes for a conditional generator."),
  ]
}

extension SettingCodec where Value == AdversarialLoss {
  /// A loss by its name in the literature.
  static var adversarialLoss: Self {
    let names = AdversarialLoss.allCases.map(\.name)
    return Self(names.joined(separator: ", "), write: { $0.name }) { (value) throws(RecipeError) in
      let name = try value.choice(among: names)
      guard let loss = AdversarialLoss(named: name) else { preconditionFailure("no loss '\(name)'") }
      return loss
    }
  }
}

extension GradientPenalty {
  /// The keys of every penalty.
  public static let table: SettingTable<Self> = [
    .init("target", \.target, .nonnegative, "The norm that is not penalised."),
    .init("sided", \.sided, .choice, "Whether norms below the target are penalised, too."),
    .init("reduction", \.reduction, .choice, "The reduction over the samples."),
    .init("output", \.output, .choice, "The outputs that are differentiated."),
    .init("p", \.p, .order, "The order of the norm."),
    .init("eps", \.eps, .nonnegative, "A number added under the root of the norm."),
  ]
}

extension [String: Graph] {
  /// Returns the network with a role.
  ///
  /// - Throws: ``ModelZooError`` if there is none.
  public func network(_ role: String) throws -> Graph {
    guard let graph = self[role] else {
      throw ModelZooError(
        .invalidRun, "the algorithm needs a network '\(role)', found \(keys.sorted().joined(separator: ", "))")
    }
    return graph
  }
}
