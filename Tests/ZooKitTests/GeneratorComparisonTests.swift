import TrainingAlgorithms
import Datasets
import Foundation
import GenerativeMetrics
import GraphIR
import GraphRuntime
import ONNXFormat
import RunStore
import TensorFiles
import Testing
import ZooKit

/// Generated samples beside the data of a run.
@Suite struct GeneratorComparisonTests {
  private let tiny: TinyZoo

  init() throws { tiny = try TinyZoo() }

  /// A GAN whose generator has labels and a moving average.
  private static let conditional = """
    name: small
    summary: A small conditional GAN
    algorithm: wgan-gp
    dataset: {name: fashion-mnist, validation: 0.25}
    networks:
      generator: {input: [4], labels: {embed: 3}, layers: [{linear: 8}, batch-norm, relu, {linear: 784}, tanh]}
      critic: {input: [784], labels: concat, layers: [{linear: 8}, relu, {linear: 1}]}
    settings: {batch: 4, criticSteps: 2, classes: 10, ema: {decay: 0.5}, optimizer: {adam: {rate: 0.05}}}
    steps: 6
    """

  static let classifier = """
    name: judge
    summary: A small classifier
    algorithm: supervised
    dataset: fashion-mnist
    networks: {network: {input: [1, 28, 28], layers: [flatten, {linear: 12}, relu, {linear: 10}]}}
    settings: {batch: 8}
    steps: 4
    """

  private func train(_ text: String, name: String? = nil) throws -> Run {
    let recipe = try Recipe(yaml: text, source: "small.yaml", folder: tiny.folder)
    return try tiny.zoo.train(recipe, seed: 7, name: name, options: tiny.options())
  }

  private func options(
    _ change: (inout GeneratorEvaluationOptions) throws -> Void = { _ in }
  ) rethrows -> GeneratorEvaluationOptions {
    var options = GeneratorEvaluationOptions()
    options.data = tiny.folder.appending(path: "data")
    try change(&options)
    return options
  }

  private func images() throws -> TensorValue {
    let place = DatasetLocation(tiny.folder.appending(path: "data"))
    let data = try Catalogue.standard.load(DatasetSettings(.named("fashion-mnist")), at: place)
    return TensorValue(data.samples(0..<data.count), shape: [data.count, 784])
  }

  @Test func theDataThemselvesAreAtDistanceZero() throws {
    _ = try train(Self.classifier, name: "judge")
    let run = try train(Self.conditional.replacing("{name: fashion-mnist, validation: 0.25}", with: "fashion-mnist"))
    let chosen = try options { [self] in
      $0.features = "judge"
      $0.generated = try images()
    }
    let result = try tiny.zoo.compareGenerator(run.id, chosen).evaluation()
    #expect(result.step == nil && result.samples == 40 && result.references == 40 && result.part == .train)
    #expect(result.slicedWasserstein.value == 0 && result.slicedWasserstein.interval == [0, 0])
    let features = try #require(result.features)
    #expect(features.width == 12 && features.network.network == "judge" && features.network.digest.count == 64)
    #expect(features.frechet.value < 1e-6 && features.precision.value == 1 && features.recall.value == 1)
    #expect(features.kernel.value < 0 && features.kernel.interval == nil)
  }

  /// The samples are those of `sample`: of the moving average, with the labels in turn.
  @Test func aRunIsComparedByItsUsualSamples() throws {
    let run = try train(Self.conditional)
    _ = try train(Self.classifier, name: "judge")
    func evaluation(_ network: String?) throws -> GeneratorEvaluation {
      let chosen = try options {
        $0.features = "judge"
        $0.samples = 25
        $0.seed = 3
        if let network {
          $0.generated = try tiny.zoo.sample(run.id, network: network, count: 25, seed: 3).originalValues
        }
      }
      return try tiny.zoo.compareGenerator(run.id, chosen).evaluation()
    }
    let (own, average, trained) = try (evaluation(nil), evaluation("generator-ema"), evaluation("generator"))
    #expect(own.step == 6 && own.samples == 25 && own.references == 25 && average.step == nil)
    func isNear(_ other: GeneratorEvaluation) -> Bool {
      abs(own.slicedWasserstein.value - other.slicedWasserstein.value) < 1e-5
        && abs((own.features?.frechet.value ?? 0) - (other.features?.frechet.value ?? 1)) < 1e-3
    }
    #expect(isNear(average) && !isNear(trained))
    #expect(try evaluation(nil).features?.frechet == own.features?.frechet)
    #expect(try evaluation(nil).slicedWasserstein == own.slicedWasserstein)
  }

  @Test func thePartsOfTheDataDiffer() throws {
    let run = try train(Self.conditional)
    let training = try tiny.zoo.compareGenerator(run.id, options()).evaluation()
    let validation = try tiny.zoo.compareGenerator(run.id, options { $0.part = .validation }).evaluation()
    #expect(training.samples == 30 && training.references == 30)
    #expect(validation.samples == 10 && validation.references == 10 && validation.features == nil)
    #expect(training.slicedWasserstein != validation.slicedWasserstein)
  }

  /// Below each sample of the data is the sample itself, by pixels and by features.
  @Test func neighboursOfTheDataAreThemselves() throws {
    let run = try train(Self.conditional.replacing("{name: fashion-mnist, validation: 0.25}", with: "fashion-mnist"))
    _ = try train(Self.classifier, name: "judge")
    let chosen = try options { [self] in
      $0.generated = try images()
      $0.features = "judge"
    }
    let picture = try tiny.zoo.compareGenerator(run.id, chosen).neighbours(5)
    #expect(picture.width == 5 * 30 + 2 && picture.height == 3 * 30 + 2)
    func row(_ place: Int) -> [UInt8] {
      let start = (place * 30 + 2) * picture.width
      return Array(picture.pixels[start..<start + 28 * picture.width])
    }
    #expect(row(0) == row(1) && row(0).contains { $0 > 100 })
    // Features can be equal for different pictures, so the third row may have others.
    let plain = try tiny.zoo.compareGenerator(run.id, options { $0.samples = 20 }).neighbours()
    #expect(plain.width == 16 * 30 + 2 && plain.height == 2 * 30 + 2)
  }

  /// Arrays that are no pictures, standardised for training. Given samples have the original scale.
  @Test func arraysAreComparedInTheirOwnScale() throws {
    let array = TensorValue((0..<240).map { Float($0 * 7 % 31) * 10 - 30 }, shape: [20, 3, 4])
    try save(tensor: array, to: tiny.folder.appending(path: "x.npy").path)
    let recipe = """
      name: own
      summary: Data of one's own
      algorithm: wgan-gp
      dataset: {arrays: x.npy, standardise: true}
      networks:
        generator: {input: [4], layers: [{linear: 12}, {unflatten: [3, 4]}]}
        critic: {input: [3, 4], layers: [flatten, {linear: 8}, relu, {linear: 1}]}
      settings: {batch: 4, criticSteps: 2}
      steps: 4
      """
    let run = try tiny.zoo.train(
      Recipe(yaml: recipe, source: "own.yaml", folder: tiny.folder), seed: 7, options: TrainingOptions(threads: 1))
    // The critic's hidden layer has features, too.
    let critic = tiny.folder.appending(path: "critic.onnx")
    try tiny.zoo.export(run.id, network: "critic", to: critic)
    var chosen = GeneratorEvaluationOptions()
    chosen.features = critic.path
    let own = try tiny.zoo.compareGenerator(run.id, chosen).evaluation()
    #expect(own.features?.width == 8 && own.samples == 20 && own.slicedWasserstein.value > 0.05)
    chosen.generated = array
    let same = try tiny.zoo.compareGenerator(run.id, chosen).evaluation()
    #expect(same.slicedWasserstein.value < 1e-6 && (same.features?.frechet.value ?? 1) < 1e-6)
    let error = #expect(throws: ModelZooError.self) { try tiny.zoo.compareGenerator(run.id, chosen).neighbours() }
    #expect(error?.message.contains("expected a picture") == true)
    // Samples of another width are not scaled: there is no factor for them.
    for width in [1, 2, 13] {
      chosen.generated = TensorValue(repeating: 0, type: .init(.float32, [9, width]))
      let error = #expect(throws: ModelZooError.self) { try tiny.zoo.compareGenerator(run.id, chosen) }
      #expect(error?.message.contains("the samples have \(width) values each, expected [3, 4]") == true)
    }
  }

  @Test func mistakesAreNamed() throws {
    let run = try train(Self.conditional)
    _ = try train(Self.classifier, name: "judge")
    func message(_ reference: String, _ change: (inout GeneratorEvaluationOptions) -> Void) -> String {
      let error = #expect(throws: (any Error).self) {
        _ = try tiny.zoo.compareGenerator(reference, options(change)).evaluation()
      }
      return error.map { "\($0)" } ?? ""
    }
    let whole = try tiny.train(steps: 1)
    for (reference, part, change): (String, String, (inout GeneratorEvaluationOptions) -> Void) in [
      ("judge", "trains neither a generator nor an agent", { _ in }),
      (run.id, "3 samples, expected 4 to 1000000", { $0.samples = 3 }),
      (whole.id, "no part for validation", { $0.part = .validation }),
      (run.id, "name the network of features, too", { $0.layer = "x" }),
      (run.id, "no run", { $0.features = "judgee" }),
      (run.id, "no value 'reluu'", { ($0.features, $0.layer) = ("judge", "reluu") }),
      (run.id, "expected one input float32[batch, …]", { $0.features = run.id }),
      (run.id, "and a sample is [1, 28, 28]", { $0.features = whole.id }),
      (run.id, "expected an array [samples, …]", { $0.generated = TensorValue([1, 2] as [Float]) }),
      (run.id, "3 values each", { $0.generated = TensorValue(repeating: 0, type: .init(.float32, [10, 3])) }),
      (run.id, "NaN", { $0.generated = TensorValue(repeating: .nan, type: .init(.float32, [10, 784])) }),
      (run.id, "2 generated samples", { $0.generated = TensorValue(repeating: 0, type: .init(.float32, [2, 784])) }),
    ] {
      let found = message(reference, change)
      #expect(found.contains(part), "\(found)")
    }
  }
}
