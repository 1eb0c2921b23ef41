import Foundation

/// The card of a trained model: its origin, its quality and its files.
///
/// A card is a file `MODEL.json`. The files that it names are in the same folder.
public struct TrainedCard: Codable, Sendable {
  /// A network in an ONNX file.
  public struct Network: Codable, Hashable, Sendable {
    /// Its role in the run, such as `policy`, `generator` or `network`.
    public let role: String
    /// The name of its file, without a folder.
    public let file: String
    /// The size of the file.
    public let bytes: Int
    /// SHA-256 of the file, in hexadecimal digits.
    public let digest: String
    /// The number of trainable parameters.
    public let parameters: Int
  }

  /// A measurement of the networks.
  public struct Evaluation: Codable, Hashable, Sendable {
    /// The quantity, such as `mean return`.
    public let quantity: String
    /// Its value.
    public let value: Double
    /// The bounds of its 95 % interval; nil if they are unknown.
    public let interval: [Double]?
    /// The standard deviation of the single measurements; nil if there is none.
    public let standardDeviation: Double?
    /// The number of measurements: episodes or samples.
    public let count: Int
    /// The conditions, such as `episodes of the most likely actions, seeds from 2000000`.
    public let conditions: String
  }

  /// The name of the model.
  public let model: String
  /// The licence of the recipe and of the trained values; nil if the recipe names none.
  public let licence: String?
  /// The data set with its fingerprint, or the environment.
  public let data: String
  /// The steps of the whole training.
  public let steps: Int
  /// The step of the checkpoint with these values.
  public let step: Int
  /// The seed of the training.
  public let seed: UInt64
  /// The digest of the run's state at that step.
  public let stateDigest: String
  /// The class of the machine.
  public let machine: String
  /// The number of threads. Equal machines and numbers of threads give equal files.
  public let threads: Int
  /// Versions, processor and instruction set, by name.
  public let platform: [String: String]
  /// The day of the checkpoint, as `2026-11-30`.
  public let date: String
  /// The command that trains the model again.
  public let command: String
  /// A remark for users; nil if there is none.
  public let note: String?
  /// The measurements; empty if there are none.
  public let evaluations: [Evaluation]
  /// The networks. The first is the one that users need.
  public let networks: [Network]
  /// The settings of the training, as the run stored them, without folders of the machine.
  public private(set) var specification: RunSpecification
}

extension TrainedCard {
  /// The largest card in bytes; a long one has about 5,000.
  static let sizeLimit = 1 << 20
  /// The largest file of a network.
  private static let fileLimit = 1 << 31

  /// Reads the card of a model. It is untrusted: nothing outside its folder can be named.
  ///
  /// - Throws: ``ModelZooError`` that names the file and the mistake.
  init(of model: String, in folder: URL, _ catalogue: Catalogue) throws {
    let file = folder.appending(path: "\(model).json")
    func damaged(_ reason: String) -> ModelZooError {
      ModelZooError(.trainedModel, "'\(file.path)' is no card of a trained model: \(reason); restore the file")
    }
    let text: String
    do { text = try RecipeDocument.read(file.path, limit: Self.sizeLimit) } catch {
      throw ModelZooError(.trainedModel, "the card of '\(model)' can't be read", cause: error)
    }
    do {
      self = try RunSpecification.decoder(for: catalogue).decode(Self.self, from: Data(text.utf8))
    } catch {
      throw damaged((error as? DecodingError)?.reason ?? "\(error)")
    }
    guard self.model == model else { throw damaged("expected the model '\(model)', found '\(self.model)'") }
    guard !networks.isEmpty, Set(networks.map(\.role)).count == networks.count else {
      throw damaged("expected at least one network, each with a role of its own")
    }
    for network in networks {
      guard network.file.wholeMatch(of: /[A-Za-z0-9_-][A-Za-z0-9._-]*\.onnx/) != nil else {
        throw damaged("expected the name of an ONNX file of its folder, found '\(network.file.prefix(80))'")
      }
      guard (1...Self.fileLimit).contains(network.bytes) else {
        throw damaged("expected a size of \(network.file) from 1 to \(Self.fileLimit), found \(network.bytes)")
      }
    }
    specification = specification.portable
    if let mistake = specification.mistake { throw damaged(mistake) }
  }

  /// The JSON of the card's file: sorted keys, a line for each value.
  ///
  /// - Throws: the error of encoding.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}

extension RunSpecification {
  /// The specification without the folder of an environment's module, which is of one machine.
  var portable: RunSpecification {
    guard var agent = settings.agent else { return self }
    agent.environment.folder = nil
    var specification = self
    specification.settings = agent
    return specification
  }

  /// A number that a file has and no training could have had; nil if there is none.
  fileprivate var mistake: String? {
    let sample = fingerprint.map { Array($0.shape.dropFirst()) } ?? []
    let size = sample.reduce(1.0) { $0 * Double($1) }
    if sample.contains(where: { $0 < 1 }) || size > 1e9 { return "the fingerprint has samples of shape \(sample)" }
    if let scaling {
      let (factors, offsets) = (scaling.factors.count, scaling.offsets.count)
      guard factors == offsets, factors == 1 || factors == sample.first else {
        return "the scaling has \(factors) factors and \(offsets) offsets for samples of shape \(sample)"
      }
    }
    if let share = dataset?.validation, !(0..<1).contains(share) { return "the part for validation is \(share)" }
    if labels?.isEmpty == true { return "there are labels without a name" }
    let sizes = [
      settings.agent?.environment.frames, settings.agent?.environment.timeLimit, settings.agent?.evaluation.envs,
    ]
    let wrong = sizes.compactMap(\.self).first { !(1...1_000_000).contains($0) }
    return wrong.map { "the environment's frames, timeLimit or evaluation.envs is \($0)" }
  }
}
