import Datasets
import Foundation
import GenerativeMetrics
import GraphIR

/// Generated samples beside the data set of a run.
///
/// ```swift
/// var options = GeneratorEvaluationOptions()
/// options.features = "classifier"
/// let comparison = try zoo.compareGenerator("job@best", options)
/// print(try comparison.evaluation().features?.frechet.value ?? .nan)
/// ```
public struct GeneratorComparison: Sendable {
  /// The fewest samples of each kind: one more than the neighbours of precision and recall.
  public static let fewestSamples = PrecisionRecall.neighbours + 1
  static let usualSamples = 10_000
  static let mostSamples = 1_000_000

  /// The run's id, or the reference of a trained model.
  let origin: String
  let step: Int?
  let training: any Dataset
  let part: any Dataset
  let options: GeneratorEvaluationOptions
  let network: FeatureNetwork?
  /// The generated samples.
  let samples: SampleMatrix

  /// Compares the samples with as many of the data.
  ///
  /// - Throws: ``ModelZooError`` if a sample or a feature is not finite.
  public func evaluation() throws -> GeneratorEvaluation {
    let references = SampleMatrix(drawing: samples.count, from: part, seed: options.seed)
    let distance = SlicedWasserstein.estimate(references, samples, seed: options.seed)
    return GeneratorEvaluation(
      run: origin, step: step, dataset: part.name, part: options.part, samples: samples.count,
      references: references.count, seed: options.seed, slicedWasserstein: distance,
      features: try network.map { try metrics(references, in: $0) })
  }

  private func metrics(
    _ references: SampleMatrix, in network: FeatureNetwork
  ) throws -> GeneratorEvaluation.FeatureMetrics {
    let real = try features(of: references, in: network)
    let generated = try features(of: samples, in: network)
    let regions = PrecisionRecall(real: real, generated: generated)
    func share(_ flags: [Bool]) -> MetricEstimate {
      MetricEstimate(meanOf: flags.map { $0 ? 1 : 0 }, seed: options.seed)
    }
    return GeneratorEvaluation.FeatureMetrics(
      network: network.description, width: real.width,
      frechet: Bootstrap.frechetDistance(real, generated, seed: options.seed),
      kernel: KernelDistance.estimate(real, generated, seed: options.seed),
      precision: share(regions.isRealistic), recall: share(regions.isCovered))
  }

  /// The features of samples in the shape of the data.
  func features(of samples: SampleMatrix, in network: FeatureNetwork) throws -> SampleMatrix {
    try network.features(of: samples, shape: training.sampleShape, threads: nil)
  }
}
