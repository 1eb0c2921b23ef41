import TrainingAlgorithms
import Datasets
import Foundation
import NN
import RunStore

/// The stored settings and data set of a run. A run resumes from this and its graphs, without the recipe.
public struct RunSpecification: Sendable, Codable, Equatable {
  /// The settings of the algorithm.
  public var settings: any AlgorithmSettings
  /// The data set; nil for agents.
  public var dataset: DatasetSettings?
  /// The fingerprint of the data, which reveals a change; nil for agents.
  public var fingerprint: DatasetFingerprint?
  /// The original scale of the data; nil if it is that of training.
  public var scaling: Scaling?
  /// The names of the data set's classes, if the training uses labels.
  public var labels: [String]?
  /// SHA-256 of the network of features that evaluations of a generator use; nil if there is none.
  public var featuresDigest: String?
  /// The policy for writing and keeping checkpoints.
  public var checkpoint: CheckpointPolicy
  /// The logs for other programs. They have no effect on training.
  public var logs: LogSettings

  private enum CodingKeys: String, CodingKey {
    case algorithm, settings, dataset, fingerprint, scaling, labels, featuresDigest, bestEvaluation, checkpoint, logs
  }
  private static let catalogue = CodingUserInfoKey(rawValue: "catalogue")

  /// Reads `algorithm` by its name in recipes, and `settings` in the algorithm's form.
  public init(from decoder: any Decoder) throws {
    let catalogue = Self.catalogue.flatMap { decoder.userInfo[$0] as? Catalogue } ?? .standard
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func settings(_ type: (some AlgorithmSettings).Type) throws -> any AlgorithmSettings {
      let settings = try values.decode(type, forKey: .settings)
      return settings.agent.map { Self.environments(of: $0, catalogue) } ?? settings
    }
    let name = try values.decode(String.self, forKey: .algorithm)
    guard let type = catalogue.algorithms[name] else {
      throw DecodingError.dataCorruptedError(forKey: .algorithm, in: values, debugDescription: "unknown")
    }
    self.settings = try settings(type)
    dataset = try values.decodeIfPresent(DatasetSettings.self, forKey: .dataset)
    fingerprint = try values.decodeIfPresent(DatasetFingerprint.self, forKey: .fingerprint)
    scaling = try values.decodeIfPresent(Scaling.self, forKey: .scaling)
    labels = try values.decodeIfPresent([String].self, forKey: .labels)
    featuresDigest = try values.decodeIfPresent(String.self, forKey: .featuresDigest)
    checkpoint = try values.decode(CheckpointPolicy.self, forKey: .checkpoint)
    logs = try values.decodeIfPresent(LogSettings.self, forKey: .logs) ?? LogSettings()
  }

  /// The settings of an agent, with the environments of a catalogue.
  private static func environments(
    of settings: some AgentSettings, _ catalogue: Catalogue
  ) -> any AlgorithmSettings {
    var settings = settings
    settings.environment.registry = catalogue.environments
    return settings
  }

  /// Whether two specifications are of the same training, whatever it logs.
  public static func == (first: Self, second: Self) -> Bool {
    first.settings.isEqual(to: second.settings) && first.dataset == second.dataset
      && first.fingerprint == second.fingerprint && first.scaling == second.scaling && first.labels == second.labels
      && first.featuresDigest == second.featuresDigest && first.checkpoint == second.checkpoint
  }

  /// Writes the form that ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(type(of: settings).name, forKey: .algorithm)
    try values.encode(settings, forKey: .settings)
    try values.encodeIfPresent(dataset, forKey: .dataset)
    try values.encodeIfPresent(fingerprint, forKey: .fingerprint)
    try values.encodeIfPresent(scaling, forKey: .scaling)
    try values.encodeIfPresent(labels, forKey: .labels)
    try values.encodeIfPresent(featuresDigest, forKey: .featuresDigest)
    // The store reads it.
    if settings.bestEvaluation != .greatest {
      try values.encode(settings.bestEvaluation.rawValue, forKey: .bestEvaluation)
    }
    try values.encode(checkpoint, forKey: .checkpoint)
    if logs != LogSettings() { try values.encode(logs, forKey: .logs) }
  }

  /// The specification as a JSON object with sorted keys.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Creates a specification.
  init(
    settings: any AlgorithmSettings, dataset: DatasetSettings?, fingerprint: DatasetFingerprint?, scaling: Scaling?,
    labels: [String]? = nil, featuresDigest: String? = nil, checkpoint: CheckpointPolicy,
    logs: LogSettings = LogSettings()
  ) {
    self.settings = settings
    self.dataset = dataset
    self.fingerprint = fingerprint
    self.scaling = scaling
    self.labels = labels
    self.featuresDigest = featuresDigest
    self.checkpoint = checkpoint
    self.logs = logs
  }

  /// A decoder of specifications that name parts of a catalogue.
  static func decoder(for catalogue: Catalogue) -> JSONDecoder {
    let decoder = JSONDecoder()
    if let key = Self.catalogue { decoder.userInfo[key] = catalogue }
    if let key = AnyOptimizer.types {
      decoder.userInfo[key] = catalogue.optimizers.mapValues { $0 as any Optimizer.Type }
    }
    return decoder
  }

  /// Reads a stored specification.
  ///
  /// - Parameters:
  ///   - json: the stored specification.
  ///   - run: the run's id, for messages.
  ///   - catalogue: the algorithms, optimisers and environments that it can name.
  /// - Throws: ``ModelZooError`` if the text is not a specification.
  public init(json: String, run: String, catalogue: Catalogue) throws {
    do {
      self = try Self.decoder(for: catalogue).decode(Self.self, from: Data(json.utf8))
    } catch {
      let reason = (error as? DecodingError)?.reason ?? "the text is not JSON"
      throw ModelZooError(
        .invalidRun, "the settings of run \(run) can't be read, so it can't be resumed by this version: \(reason)")
    }
  }
}

extension DecodingError {
  /// A message with the wrong key, without names of types.
  var reason: String {
    func path(_ keys: [any CodingKey]) -> String { keys.map(\.stringValue).joined(separator: ".") }
    switch self {
    case .keyNotFound(let key, let context): return "'\(path(context.codingPath + [key]))' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "the value of '\(path(context.codingPath))' has an unexpected type"
    // Foundation says the same of a number that does not fit its type.
    case .dataCorrupted(let context) where context.codingPath.isEmpty: return "the text is not JSON"
    case .dataCorrupted(let context): return "the value of '\(path(context.codingPath))' is not known"
    @unknown default: return "a value is not as expected"
    }
  }
}
