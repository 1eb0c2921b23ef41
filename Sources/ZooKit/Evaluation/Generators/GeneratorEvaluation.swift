import GenerativeMetrics

/// The result of comparing generated samples with those of a data set.
public struct GeneratorEvaluation: Sendable, Codable {
  /// The metrics of features.
  public struct FeatureMetrics: Sendable, Codable {
    /// The network of the features.
    public let network: FeatureNetwork.Description
    /// The number of features.
    public let width: Int
    /// The squared Fréchet distance, FID.
    public let frechet: MetricEstimate
    /// The kernel distance, KID.
    public let kernel: MetricEstimate
    /// The share of generated samples in the region of the data's.
    public let precision: MetricEstimate
    /// The share of the data's samples in the region of generated ones.
    public let recall: MetricEstimate
  }

  /// The run whose data set is compared, or the reference of a trained model.
  public let run: String
  /// The training step of the generator's checkpoint; nil for samples of a file.
  public let step: Int?
  /// The name of the data set.
  public let dataset: String
  /// The part of the data set.
  public let part: GeneratorEvaluationOptions.Part
  /// The number of generated samples.
  public let samples: Int
  /// The number of the data's samples.
  public let references: Int
  /// The seed of all random numbers.
  public let seed: UInt64
  /// The sliced Wasserstein distance of the samples themselves, in the scale of training.
  public let slicedWasserstein: MetricEstimate
  /// The metrics of features; nil without features.
  public let features: FeatureMetrics?
}
