import TrainingAlgorithms
import Datasets
import GraphIR
import GraphRuntime

extension NetworkSource {
  /// Draws samples from the generator, in inference mode.
  ///
  /// - Parameters:
  ///   - network: the generator's role; by default `generator-ema` if there is a moving average, or `generator`.
  ///   - count: the number of samples; with ``ModelZoo/SampleLabels/rows``, of each class.
  ///   - seed: the seed of the noise. Equal seeds give equal samples of one checkpoint.
  ///   - labels: the classes of a conditional generator; by default every class in turn.
  /// - Throws: as ``network(_:)``; ``ModelZooError`` if there is no such class.
  public func sample(
    network: String? = nil, count: Int = 64, seed: UInt64 = 0, labels: ModelZoo.SampleLabels = .inTurn
  ) throws -> GeneratedSamples {
    guard (1...10_000).contains(count) else {
      throw ModelZooError(.invalidArgument, "\(count) samples, expected 1 to 10000")
    }
    if let agent = specification.settings.agent {
      throw ModelZooError(
        .invalidArgument,
        "\(title) trains an agent in '\(agent.environment.id)', which generates no images; evaluate it instead",
        remedy: .evaluate(reference))
    }
    let stored = try self.network(network ?? generatorRole)
    try checkGenerator(stored)
    let classes = try classes(of: stored, count: count, labels)
    let inputs = stored.graph.generatorInputs(
      count: count, from: RandomStream(seed: seed, name: "sample"), classes: classes)
    let results = try Executor(stored.graph, parameters: stored.parameters).run(inputs)
    guard let samples = results.outputs[stored.graph.outputs[0].name] else {
      preconditionFailure("the executor left out an output")
    }
    let sample = Array(samples.shape.dropFirst())
    let own = specification.fingerprint.map { Array($0.shape.dropFirst()) } ?? sample
    guard own.reduce(1, *) == sample.reduce(1, *) else {
      throw ModelZooError(
        .invalidArgument,
        "the network '\(stored.role)' of \(title) outputs \(sample), expected samples of \(own) as in the data set; "
          + "name a generator")
    }
    return GeneratedSamples(
      values: samples, classes: classes, columns: labels == .rows ? count : nil, scaling: specification.scaling,
      imageShape: GeneratedSamples.imageShape(sample, specification.fingerprint), origin: title)
  }

  /// The most elements of the noise of one sample.
  private static var noiseLimit: Int { 1 << 20 }

  /// - Throws: ``ModelZooError`` if a network, which may be from a file, can't be given noise.
  func checkGenerator(_ network: SourceNetwork) throws {
    let (noise, samples) = (network.graph.inputs.first?.type, network.graph.outputs.first?.type)
    let extents = (noise?.shape ?? []).dropFirst()
    guard let noise, let samples, noise.dtype == .float32, samples.dtype == .float32, samples.shape.rank > 1,
      extents.allSatisfy({ (1...Self.noiseLimit).contains($0) }),
      extents.reduce(1, { min($0 * $1, Self.noiseLimit + 1) }) <= Self.noiseLimit
    else {
      throw ModelZooError(
        .invalidArgument,
        "the \(network.role) of \(title) is no generator; expected a network from noise to samples, float32[batch, …]")
    }
  }

  /// The class of each sample; nil for a generator without labels.
  private func classes(of network: SourceNetwork, count: Int, _ labels: ModelZoo.SampleLabels) throws -> [Int]? {
    guard network.graph.takesLabels, let names = specification.labels, !names.isEmpty
    else {
      guard labels == .inTurn else {
        throw ModelZooError(
          .invalidArgument, "the \(network.role) of \(title) takes no labels; sample without a label")
      }
      return nil
    }
    switch labels {
    case .inTurn: return (0..<count).map { $0 % names.count }
    case .rows:
      guard count * names.count <= 10_000 else {
        throw ModelZooError(
          .invalidArgument, "\(count) samples of each of \(names.count) classes, expected at most 10000 together")
      }
      return names.indices.flatMap { [Int](repeating: $0, count: count) }
    case .one(let label):
      let number = Int(label).flatMap { names.indices.contains($0) ? $0 : nil }
      guard let row = names.firstIndex(of: label) ?? number else {
        throw ModelZooError(
          .invalidArgument,
          "there is no class '\(label)'; expected 0 to \(names.count - 1), or one of \(names.joined(separator: ", "))")
      }
      return [Int](repeating: row, count: count)
    }
  }
}
