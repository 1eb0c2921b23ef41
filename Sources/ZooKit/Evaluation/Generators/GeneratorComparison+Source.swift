import TrainingAlgorithms
import Datasets
import Foundation
import GenerativeMetrics
import GraphIR

extension GeneratorComparison {
  /// Generates samples, or takes given ones, to compare them with the data set of a training.
  ///
  /// - Parameters:
  ///   - source: the checkpoint of a run, or a trained model. Its generator is the moving average if there is one.
  ///   - options: the samples, the part of the data, and the network of features.
  ///   - catalogue: the data sets and trained models by name.
  ///   - zoo: the zoo with the runs and graphs of features; nil if there is none.
  /// - Throws: `StoreError` if there is no such run or checkpoint; `DatasetError` if the data can't be read;
  ///   ``ModelZooError`` if there is no generator, an argument is out of range, or samples do not fit the data.
  public init(
    _ source: any NetworkSource, _ options: GeneratorEvaluationOptions = GeneratorEvaluationOptions(),
    catalogue: Catalogue = .standard, zoo: ModelZoo?
  ) throws {
    let specification = source.specification
    guard let settings = specification.dataset, specification.settings.generatorEvaluation != nil else {
      let isAgent = specification.settings.agent != nil
      throw ModelZooError(
        .invalidArgument,
        isAgent
          ? "\(source.title) trains an agent, no generator; evaluate its policy instead"
          : "\(source.title) trains neither a generator nor an agent, and only these are evaluated",
        remedy: isAgent ? .evaluate(source.reference) : nil)
    }
    let network = try options.features.map { try catalogue.featureNetwork($0, layer: options.layer, in: zoo) }
    if network == nil, let layer = options.layer {
      throw ModelZooError(.invalidArgument, "the layer '\(layer)' is of no network; name the network of features, too")
    }
    let data = try DataFolder.load(
      settings, catalogue, matching: specification.fingerprint,
      at: DatasetLocation(options.data, cache: zoo.map(\.pictureCache)), kept: source.dataFolder)
    let (training, validation) = DatasetPart.split(data, validation: settings.validation)
    guard let part = options.part == .train ? training : validation else {
      throw ModelZooError(
        .invalidArgument,
        "the data of \(source.title) have no part for validation; compare with the part for training")
    }
    let (step, samples) = try Self.generated(source, options, beside: data, atMost: part.count)
    guard samples.isFinite else {
      throw ModelZooError(.invalidArgument, "a generated sample holds a NaN or an infinity, so none can be compared")
    }
    guard min(samples.count, part.count) >= Self.fewestSamples else {
      throw ModelZooError(
        .invalidArgument,
        "\(samples.count) generated samples and \(part.count) of '\(data.name)', expected at least "
          + "\(Self.fewestSamples) of each")
    }
    self.init(
      origin: source.name, step: step, training: training, part: part, options: options, network: network,
      samples: samples)
  }

  /// The samples of the options, or of the generator with the steps of its training.
  private static func generated(
    _ source: any NetworkSource, _ options: GeneratorEvaluationOptions, beside data: any Dataset, atMost most: Int
  ) throws -> (step: Int?, SampleMatrix) {
    if let count = options.samples {
      guard (fewestSamples...mostSamples).contains(count) else {
        throw ModelZooError(.invalidArgument, "\(count) samples, expected \(fewestSamples) to \(mostSamples)")
      }
    }
    let count = options.samples ?? min(usualSamples, most)
    if let given = options.generated {
      return (nil, try scaled(given, source.specification.scaling, beside: data, atMost: options.samples))
    }
    let stored = try source.network(source.generatorRole)
    try source.checkGenerator(stored)
    let samples = try SampleMatrix(
      drawing: count, from: stored.graph, stored.parameters, classes: source.specification.labels?.count,
      seed: options.seed, threads: nil)
    try check(width: samples.width, beside: data)
    return (stored.step, samples)
  }

  private static func check(width: Int, beside data: any Dataset) throws {
    guard width == data.sampleSize else {
      throw ModelZooError(
        .invalidArgument,
        "the samples have \(width) values each, expected \(Shape(data.sampleShape)) as in '\(data.name)'")
    }
  }

  /// Given samples in the scale of training.
  private static func scaled(
    _ given: TensorValue, _ scaling: Scaling?, beside data: any Dataset, atMost most: Int?
  ) throws -> SampleMatrix {
    let width = given.shape.dropFirst().reduce(1, *)
    guard given.shape.rank >= 2, given.count > 0 else {
      throw ModelZooError(
        .invalidArgument, "the generated samples are \(given.type), expected an array [samples, …] of numbers")
    }
    try check(width: width, beside: data)
    var values = given.doubles.map { Float($0) }
    scaling?.apply(to: &values, shape: data.sampleShape)
    let samples = SampleMatrix(values, width: width)
    guard let most, most < samples.count else { return samples }
    return samples.rows(0..<most)
  }
}
