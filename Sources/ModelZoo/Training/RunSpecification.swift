import Algorithms
import Datasets
import Foundation

/// What a run was started with, as it is stored with it. A run resumes from this and its graphs; the recipe may be gone.
public struct RunSpecification: Sendable, Codable, Hashable {
  /// The algorithm with its numbers.
  public enum Algorithm: Sendable, Hashable {
    /// Improved training of Wasserstein GANs.
    case wganGP(WGANGPSettings)
  }

  /// The algorithm with its numbers.
  public var algorithm: Algorithm
  /// The name of the data set.
  public var dataset: String
  /// What the data were, so that a change is noticed.
  public var fingerprint: DatasetFingerprint
  /// When checkpoints are written and which stay.
  public var checkpoint: CheckpointPolicy

  private enum CodingKeys: String, CodingKey { case algorithm, settings, dataset, fingerprint, checkpoint }

  /// Reads `algorithm` as recipes name it, and `settings` as the algorithm has them.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    switch try values.decode(RecipeAlgorithm.self, forKey: .algorithm) {
    case .wganGP: algorithm = .wganGP(try values.decode(WGANGPSettings.self, forKey: .settings))
    }
    dataset = try values.decode(String.self, forKey: .dataset)
    fingerprint = try values.decode(DatasetFingerprint.self, forKey: .fingerprint)
    checkpoint = try values.decode(CheckpointPolicy.self, forKey: .checkpoint)
  }

  /// Writes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch algorithm {
    case .wganGP(let settings):
      try values.encode(RecipeAlgorithm.wganGP, forKey: .algorithm)
      try values.encode(settings, forKey: .settings)
    }
    try values.encode(dataset, forKey: .dataset)
    try values.encode(fingerprint, forKey: .fingerprint)
    try values.encode(checkpoint, forKey: .checkpoint)
  }

  /// The specification as a JSON object with sorted keys.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// A specification.
  init(algorithm: Algorithm, dataset: String, fingerprint: DatasetFingerprint, checkpoint: CheckpointPolicy) {
    self.algorithm = algorithm
    self.dataset = dataset
    self.fingerprint = fingerprint
    self.checkpoint = checkpoint
  }

  /// Reads a stored specification.
  ///
  /// - Parameter run: the run's id, for messages.
  /// - Throws: ``ModelZooError`` where the text is none.
  public init(json: String, run: String) throws {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    } catch {
      throw ModelZooError(
        .invalidRun, "the settings of run \(run) can't be read; it can't be resumed by this version", cause: error)
    }
  }
}
