/// The evaluations of a generator during its training.
public struct GeneratorEvaluationSettings: Sendable, Hashable, Codable {
  /// The distance of generated samples from those for training. Less is better.
  public enum Metric: String, Sendable, CaseIterable, Codable {
    /// The Fréchet distance of features, arXiv:1706.08500.
    case fid
    /// The kernel distance of features, arXiv:1801.01401.
    case kid
    /// The sliced Wasserstein distance of the samples themselves.
    case swd
  }

  /// Steps between evaluations; 0 for none.
  public var every = 0
  /// The number of generated samples of an evaluation, and of as many samples for training.
  public var samples = 2000
  /// The distance.
  public var metric = Metric.swd
  /// The network of the features: a run, a graph of the store, or an ONNX file; nil for none.
  public var features: String?
  /// The value in the network whose elements are the features; nil for the input of its last linear layer.
  public var layer: String?

  private enum CodingKeys: String, CodingKey { case every, samples, metric, features, layer }

  /// No evaluation.
  public init() {}

  /// Reads settings; omitted ones have their defaults.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    every = try values.decodeIfPresent(Int.self, forKey: .every) ?? every
    samples = try values.decodeIfPresent(Int.self, forKey: .samples) ?? samples
    metric = try values.decodeIfPresent(Metric.self, forKey: .metric) ?? metric
    features = try values.decodeIfPresent(String.self, forKey: .features)
    layer = try values.decodeIfPresent(String.self, forKey: .layer)
  }

  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    try SettingCheck.require("evaluation.every", every, "at least 0") { $0 >= 0 }
    try SettingCheck.require("evaluation.samples", samples, "2 to 1000000") { (2...1_000_000).contains($0) }
    guard features == nil else { return }
    try SettingCheck.require(
      "evaluation.metric", metric.rawValue, "swd, as evaluation.features is none; set evaluation.features first"
    ) { $0 == Metric.swd.rawValue }
    if let layer {
      try SettingCheck.require(
        "evaluation.layer", layer, "none, as evaluation.features is none; set evaluation.features first"
      ) { _ in false }
    }
  }

  /// Whether an evaluation is due after a step.
  func isDue(at step: Int) -> Bool { every > 0 && step > 0 && step.isMultiple(of: every) }
}
