import TrainingAlgorithms
import Datasets
import GraphIR

extension ModelZoo {
  /// Generates samples, or takes given ones, to compare them with the data set of a run.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest`, `RUN@best`, or `MODEL:trained`.
  ///   - options: the samples, the part of the data, and the network of features.
  /// - Throws: as ``source(_:)`` and ``GeneratorComparison/init(_:_:catalogue:zoo:)``.
  public func compareGenerator(
    _ reference: String, _ options: GeneratorEvaluationOptions = GeneratorEvaluationOptions()
  ) throws -> GeneratorComparison {
    try GeneratorComparison(source(reference), options, catalogue: catalogue, zoo: self)
  }

  /// The evaluator of a run's settings; nil if there are no evaluations of a generator.
  ///
  /// - Parameters:
  ///   - settings: the settings of the algorithm.
  ///   - data: the samples for training.
  ///   - labels: the names of the classes of a conditional generator.
  ///   - threads: the number of threads.
  /// - Returns: the evaluator, and the digest of the network of features.
  /// - Throws: as ``featureNetwork(_:layer:)``.
  func generatorEvaluator(
    _ settings: any AlgorithmSettings, data: (any Dataset)?, labels: [String]?, threads: Int
  ) throws -> (evaluator: any GeneratorEvaluator, digest: String?)? {
    guard let evaluation = settings.generatorEvaluation, evaluation.every > 0, let data else { return nil }
    guard data.count > 1 else {
      throw ModelZooError(
        .invalidArgument, "'\(data.name)' has one sample for training, and evaluation needs two; leave it out")
    }
    let features = try evaluation.features.map { try featureNetwork($0, layer: evaluation.layer) }
    let evaluator = TrainingGeneratorEvaluator(
      evaluation, features: features, data: data, classes: labels?.count, threads: threads)
    return (evaluator, features?.description.digest)
  }
}
