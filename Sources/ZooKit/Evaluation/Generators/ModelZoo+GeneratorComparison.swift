import Algorithms
import Datasets
import Foundation
import GenerativeMetrics
import GraphIR
import RunStore

extension ModelZoo {
  /// Generates samples, or takes given ones, to compare them with the data set of a run.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`. Its generator is the moving average if there is one.
  ///   - options: the samples, the part of the data, and the network of features.
  /// - Throws: `StoreError` if there is no such run or checkpoint; `DatasetError` if the data can't be read;
  ///   ``ModelZooError`` if the run has no generator, an argument is out of range, or samples do not fit the data.
  public func compareGenerator(
    _ reference: String, _ options: GeneratorEvaluationOptions = GeneratorEvaluationOptions()
  ) throws -> GeneratorComparison {
    let run = try store.resolve(reference).run
    let specification = try specification(of: run)
    guard let settings = specification.dataset, specification.settings.generatorEvaluation != nil else {
      let isAgent = specification.settings.agent != nil
      throw ModelZooError(
        .invalidArgument,
        isAgent
          ? "run \(run.id) trains an agent, no generator; evaluate its policy instead"
          : "run \(run.id) trains neither a generator nor an agent, and only these are evaluated",
        remedy: isAgent ? .evaluate(reference) : nil)
    }
    let network = try options.features.map { try featureNetwork($0, layer: options.layer) }
    if network == nil, let layer = options.layer {
      throw ModelZooError(.invalidArgument, "the layer '\(layer)' is of no network; name the network of features, too")
    }
    let data = try load(settings, named: options.data, kept: run.data, matching: specification.fingerprint)
    let (training, validation) = DatasetPart.split(data, validation: settings.validation)
    guard let part = options.part == .train ? training : validation else {
      throw ModelZooError(
        .invalidArgument, "the data of run \(run.id) have no part for validation; compare with the part for training")
    }
    let (step, samples) = try generated(reference, run, specification, options, atMost: part.count)
    guard samples.width == data.sampleSize else {
      throw ModelZooError(
        .invalidArgument,
        "the samples have \(samples.width) values each, expected \(Shape(data.sampleShape)) as in '\(data.name)'")
    }
    guard samples.isFinite else {
      throw ModelZooError(.invalidArgument, "a generated sample holds a NaN or an infinity, so none can be compared")
    }
    guard min(samples.count, part.count) >= GeneratorComparison.fewestSamples else {
      throw ModelZooError(
        .invalidArgument,
        "\(samples.count) generated samples and \(part.count) of '\(data.name)', expected at least "
          + "\(GeneratorComparison.fewestSamples) of each")
    }
    return GeneratorComparison(
      run: run, step: step, training: training, part: part, options: options, network: network, samples: samples)
  }

  /// The samples of the options, or of the generator with the step of its checkpoint.
  private func generated(
    _ reference: String, _ run: Run, _ specification: RunSpecification, _ options: GeneratorEvaluationOptions,
    atMost most: Int
  ) throws -> (step: Int?, SampleMatrix) {
    if let count = options.samples {
      guard (GeneratorComparison.fewestSamples...GeneratorComparison.mostSamples).contains(count) else {
        throw ModelZooError(
          .invalidArgument,
          "\(count) samples, expected \(GeneratorComparison.fewestSamples) to \(GeneratorComparison.mostSamples)")
      }
    }
    let count = options.samples ?? min(GeneratorComparison.usualSamples, most)
    if let given = options.generated {
      return (nil, try Self.scaled(given, specification.scaling, atMost: options.samples))
    }
    let stored = try network(reference, store.runGraphs(of: run.id).generator)
    let samples = try SampleMatrix(
      drawing: count, from: stored.graph, stored.parameters, classes: specification.labels?.count, seed: options.seed,
      threads: nil)
    return (stored.checkpoint.id.step, samples)
  }

  /// Given samples in the scale of training.
  private static func scaled(_ given: TensorValue, _ scaling: Scaling?, atMost most: Int?) throws -> SampleMatrix {
    let shape = Array(given.shape.dropFirst())
    guard given.shape.rank >= 2, given.count > 0 else {
      throw ModelZooError(
        .invalidArgument, "the generated samples are \(given.type), expected an array [samples, …] of numbers")
    }
    var values = given.doubles.map { Float($0) }
    scaling?.apply(to: &values, shape: shape)
    let samples = SampleMatrix(values, width: shape.reduce(1, *))
    guard let most, most < samples.count else { return samples }
    return samples.rows(0..<most)
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
    let features = try evaluation.features.map { try featureNetwork($0, layer: evaluation.layer) }
    let evaluator = TrainingGeneratorEvaluator(
      evaluation, features: features, data: data, classes: labels?.count, threads: threads)
    return (evaluator, features?.description.digest)
  }
}
