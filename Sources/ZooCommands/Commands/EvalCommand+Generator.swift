import ArgumentParser
import FileOutput
import Foundation
import GenerativeMetrics
import TensorFiles
import ZooKit

/// The options of `zoo eval` for generators.
struct GeneratorEvalOptions: ParsableArguments {
  @Option(help: "The number of generated samples, and of the data's (default: 10,000, or as many as the data have).")
  var samples: Int?

  @Option(
    help: "The network of features: an ONNX file, MODEL:trained, a run such as a classifier, or a graph of the store.",
    completion: .file(extensions: ["onnx"]))
  var features: String?

  @Option(help: "The value in that network that is the features (default: the input of its last linear layer).")
  var layer: String?

  @Option(help: "The part of the data (default: train).")
  var part: GeneratorEvaluationOptions.Part?

  @Option(
    help: "Samples of a file (.npy) in the data's original scale, in place of those of the run's generator.",
    completion: .file(extensions: ["npy"]))
  var generated: String?

  @Flag(help: "Write a picture of 16 generated samples above their nearest samples for training to the file of -o.")
  var neighbours = false

  @Option(
    name: [.customShort("o"), .long], help: "The file for the picture of --neighbours (.png), or - for a PNG.",
    completion: .file(extensions: ["png"]))
  var output: String?

  @Option(name: .long, help: "The folder or file of the data.", completion: .file())
  var data: String?

  func validate() throws {
    guard neighbours == (output != nil) else {
      throw ValidationError("--neighbours and -o FILE.png belong together; give both or none.")
    }
    guard layer == nil || features != nil else {
      throw ValidationError("--layer is a value in the network of --features; give that, too.")
    }
  }

  /// The first option that was given.
  var first: String? {
    samples.map { _ in "--samples" } ?? features.map { _ in "--features" } ?? part.map { _ in "--part" }
      ?? generated.map { _ in "--generated" } ?? (neighbours ? "--neighbours" : nil) ?? data.map { _ in "--data" }
  }
}

extension GeneratorEvaluationOptions.Part: ExpressibleByArgument {}

extension EvalCommand {
  /// Compares generated samples with the run's data set.
  func evaluateSamples(_ source: any NetworkSource, _ file: OutputFile?) throws {
    var chosen = GeneratorEvaluationOptions()
    (chosen.samples, chosen.features, chosen.layer) = (generator.samples, generator.features, generator.layer)
    (chosen.seed, chosen.part) = (seed, generator.part ?? chosen.part)
    chosen.generated = try generator.generated.map { try loadTensor(from: $0) }
    chosen.data = generator.data.map { URL(filePath: $0) }
    let comparison = try GeneratorComparison(
      source, chosen, catalogue: ZooProgram.current.catalogue, zoo: zoo(for: source))
    // A picture that can't be drawn is an error before the long part.
    let picture = try file.map { _ in try comparison.neighbours() }
    let result = try comparison.evaluation()
    if let file, let picture { try file.write(picture.pngData()) }
    try output.report(result, text(result, of: source), of: file)
  }

  /// The zoo with the runs and graphs of features; nil if there is no store and a trained model needs none.
  private func zoo(for source: any NetworkSource) throws -> ModelZoo? {
    do { return try options.existing() } catch let error as ModelZooError
      where error.code == .noStore && source is TrainedModel
    { return nil }
  }

  private func text(_ result: GeneratorEvaluation, of source: any NetworkSource) -> String {
    let source = result.step.map { title(of: source, $0) } ?? (generator.generated ?? "").escapedLine
    var lines = [
      "\(source): \(Format.count(result.samples)) samples and \(Format.count(result.references)) of "
        + "\(result.dataset.escapedLine) (\(result.part.rawValue)), seed \(result.seed)"
    ]
    func row(_ name: String, _ estimate: MetricEstimate) -> String {
      let interval = estimate.interval.map { " [\($0.map(Format.metric).joined(separator: ", "))]" } ?? ""
      return name.padding(toLength: 11, withPad: " ", startingAt: 0) + Format.metric(estimate.value) + interval
    }
    if let features = result.features {
      lines.append(
        "features   \(features.network.network.escapedLine), \(Format.count(features.width)) values of "
          + features.network.layer.escapedLine)
      lines += [
        row("FID", features.frechet), row("KID", features.kernel), row("precision", features.precision),
        row("recall", features.recall),
      ]
    }
    lines.append(row("SWD", result.slicedWasserstein))
    if result.features == nil {
      lines.append("For FID, KID, precision and recall, name a classifier: --features RUN, MODEL:trained or FILE.onnx.")
    }
    return lines.joined(separator: "\n")
  }
}
