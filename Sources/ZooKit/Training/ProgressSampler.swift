import TrainingAlgorithms
import GraphIR
import GraphRuntime
import Pictures
import RunStore

/// Draws the pictures of samples that a run keeps. All of them have the same noise, so they show what training changes.
///
/// The noise is a stream of its own, derived from the run's seed. Training draws nothing from it: its bits do not
/// depend on these pictures. A picture is a function of the seed and the generator's parameters alone.
package struct ProgressSampler {
  /// The stream of the noise.
  private static let stream = "progress"

  private let every: Int
  private let role: String
  private let graph: Graph
  private let inputs: [String: TensorValue]
  private let columns: Int?
  private let imageShape: [Int]
  private let backend: CPUBackend

  /// - Parameters:
  ///   - specification: the run's settings and data.
  ///   - graphs: the run's networks.
  ///   - seed: the run's seed.
  ///   - threads: the threads that compute the samples.
  /// - Returns: nil if the run keeps no pictures.
  /// - Throws: ``ModelZooError`` if the samples are no pictures.
  init?(_ specification: RunSpecification, _ graphs: RunGraphs, seed: UInt64, threads: Int) throws {
    let settings = specification.settings.samples
    guard settings.every > 0 else { return nil }
    every = settings.every
    role = graphs.generator
    guard let generator = graphs.networks[role]?.inferenceMode() else {
      throw ModelZooError(.invalidArgument, "samples: the run has no network '\(role)' to draw them; leave it out")
    }
    graph = generator
    let sample = Array(graph.outputs[0].type.shape.dropFirst())
    guard let shape = GeneratedSamples.imageShape(sample, specification.fingerprint), Self.isPicture(shape) else {
      throw ModelZooError(
        .invalidArgument,
        "samples: a sample is \(Shape(sample)), expected a picture [1 or 3, height, width] or [height, width]; leave "
          + "it out, and draw samples as arrays from checkpoints")
    }
    imageShape = shape
    // A row for each class, from the same noise.
    let rows = graph.takesLabels ? max(specification.labels?.count ?? 1, 1) : 1
    let count = max(settings.count / rows, 1)
    columns = graph.takesLabels ? count : nil
    let classes = graph.takesLabels ? (0..<rows).flatMap { [Int](repeating: $0, count: count) } : nil
    inputs = graph.generatorInputs(count: count, from: RandomStream(seed: seed, name: Self.stream), classes: classes)
    backend = CPUBackend(threads: threads)
  }

  /// A line of numbers is no picture.
  private static func isPicture(_ shape: [Int]) -> Bool {
    shape.suffix(2).allSatisfy { $0 > 1 } && (shape.count == 2 || shape.count == 3 && [1, 3].contains(shape[0]))
  }

  /// Whether a picture is due at a step.
  ///
  /// - Parameters:
  ///   - earlier: the step before the last advance of the trainer.
  ///   - step: the step now.
  func isDue(after earlier: Int, _ step: Int) -> Bool { step / every > earlier / every }

  /// The picture of a trainer's generator.
  ///
  /// - Throws: errors of computing the samples, and of encoding them as PNG.
  func picture(of trainer: any Trainer) throws -> StoredPicture {
    let parameters = try trainer.runner.tensors.scoped(role)
    let own = Set(graph.parameters.map(\.name))
    let executor = try Executor(graph, parameters: parameters.filter { own.contains($0.key) }, backend: backend)
    guard let samples = try executor.run(inputs).outputs[graph.outputs[0].name] else {
      preconditionFailure("the executor left out an output")
    }
    let picture = try Picture(images: samples.elements(), shape: [samples.shape[0]] + imageShape, columns: columns)
    return StoredPicture(name: StoredPicture.samples, step: trainer.step, png: try picture.pngData())
  }
}
