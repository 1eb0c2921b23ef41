import TrainingAlgorithms
import Autograd
import Datasets
import GenerativeMetrics
import GraphIR
import GraphRuntime

/// Evaluates a generator during its training, by samples from the training part of its data.
final class TrainingGeneratorEvaluator: GeneratorEvaluator {
  /// The seed of the samples of the data, the same in each evaluation.
  private static let referenceSeed: UInt64 = 1_000_000

  private let settings: GeneratorEvaluationSettings
  private let features: FeatureNetwork?
  private let data: any Dataset
  private let classes: Int?
  private let threads: Int
  /// The samples of the data, or their features, after the first evaluation.
  private var references: SampleMatrix?

  /// - Parameters:
  ///   - settings: the settings of the evaluations.
  ///   - features: the network of the features, if the settings name one.
  ///   - data: the samples for training.
  ///   - classes: the number of classes of a conditional generator.
  ///   - threads: the number of threads.
  init(
    _ settings: GeneratorEvaluationSettings, features: FeatureNetwork?, data: any Dataset, classes: Int?, threads: Int
  ) {
    (self.settings, self.features, self.data) = (settings, features, data)
    (self.classes, self.threads) = (classes, threads)
  }

  /// The distance that the settings name.
  ///
  /// - Throws: `CancellationError` if it is stopped; ``ModelZooError`` if samples or features are not finite.
  func distance(
    of generator: Graph, _ parameters: [String: TensorValue], seed: UInt64, isStopped: () -> Bool
  ) throws -> Double {
    let samples = try SampleMatrix(
      drawing: settings.samples, from: generator, parameters, classes: classes, seed: seed, threads: threads,
      isStopped: isStopped)
    let references =
      try self.references
      ?? measured(
        SampleMatrix(drawing: settings.samples, from: data, seed: Self.referenceSeed), isStopped)
    self.references = references
    let generated = try measured(samples, isStopped)
    return try CurrentBackend.$value.withValue(CPUBackend(threads: threads)) {
      if isStopped() { throw CancellationError() }
      switch settings.metric {
      case .fid: return GaussianMoments(references).frechetDistance(to: GaussianMoments(generated))
      case .kid: return KernelDistance.estimate(references, generated, seed: seed).value
      case .swd: return SlicedWasserstein.estimate(references, generated, seed: seed).value
      }
    }
  }

  /// The samples as the distance takes them: as they are, or their features.
  private func measured(_ samples: SampleMatrix, _ isStopped: () -> Bool) throws -> SampleMatrix {
    guard samples.isFinite else {
      throw ModelZooError(.invalidArgument, "a sample holds a NaN or an infinity, so it can't be evaluated")
    }
    guard settings.metric != .swd, let features else { return samples }
    return try features.features(of: samples, shape: data.sampleShape, threads: threads, isStopped: isStopped)
  }
}
