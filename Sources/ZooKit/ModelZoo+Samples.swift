import Datasets
import Foundation
import GraphIR
import GraphRuntime
import RunStore

extension ModelZoo {
  /// The classes of samples of a conditional generator.
  public enum SampleLabels: Sendable, Hashable {
    /// Every class in turn.
    case inTurn
    /// One class, by its name or its number from 0.
    case one(String)
    /// A row of samples for each class, from the same noise.
    case rows
  }

  /// Draws samples from a run's generator, in inference mode.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
  ///   - network: the generator's role; by default `generator-ema` if there is a moving average, or `generator`.
  ///   - count: the number of samples; with ``SampleLabels/rows``, of each class.
  ///   - seed: the seed of the noise. Equal seeds give equal samples of one checkpoint.
  ///   - labels: the classes of a conditional generator; by default every class in turn.
  /// - Throws: as ``network(_:_:)``; ``ModelZooError`` if there is no such class.
  public func sample(
    _ reference: String, network: String? = nil, count: Int = 64, seed: UInt64 = 0, labels: SampleLabels = .inTurn
  ) throws -> GeneratedSamples {
    guard (1...10_000).contains(count) else {
      throw ModelZooError(.invalidArgument, "\(count) samples, expected 1 to 10000")
    }
    if let agent = try agent(reference) {
      throw ModelZooError(
        .invalidArgument,
        "run \(agent.run.id) trains an agent in '\(agent.settings.environment.id)', which generates no images; "
          + "evaluate it instead", remedy: .evaluate(reference))
    }
    let role = try network ?? store.runGraphs(of: store.resolve(reference).run.id).generator
    let stored = try self.network(reference, role)
    let classes = try classes(of: stored, count: count, labels)
    let inputs = stored.graph.generatorInputs(
      count: count, from: RandomStream(seed: seed, name: "sample"), classes: classes)
    let results = try Executor(stored.graph, parameters: stored.parameters).run(inputs)
    guard let samples = results.outputs[stored.graph.outputs[0].name] else {
      preconditionFailure("the executor left out an output")
    }
    let specification = try specification(of: stored.run)
    let sample = Array(samples.shape.dropFirst())
    let own = specification.fingerprint.map { Array($0.shape.dropFirst()) } ?? sample
    guard own.reduce(1, *) == sample.reduce(1, *) else {
      throw ModelZooError(
        .invalidArgument,
        "the network '\(role)' of run \(stored.run.id) outputs \(sample), expected samples of \(own) as in the data "
          + "set; name a generator")
    }
    return GeneratedSamples(
      values: samples, classes: classes, columns: labels == .rows ? count : nil, scaling: specification.scaling,
      imageShape: Self.imageShape(sample, specification.fingerprint), run: stored.run.id)
  }

  /// The class of each sample; nil for a generator without labels.
  private func classes(of network: StoredNetwork, count: Int, _ labels: SampleLabels) throws -> [Int]? {
    guard network.graph.takesLabels,
      let names = try specification(of: network.run).labels, !names.isEmpty
    else {
      guard labels == .inTurn else {
        throw ModelZooError(
          .invalidArgument, "the \(network.role) of run \(network.run.id) takes no labels; sample without a label")
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

  /// Channels, height and width: the sample's own if it has them, otherwise those of the run's data set; nil if it has
  /// none either.
  static func imageShape(_ sample: [Int], _ fingerprint: DatasetFingerprint?) -> [Int]? {
    if sample.count == 2 || sample.count == 3 { return sample }
    let shape = Array(fingerprint?.shape.dropFirst() ?? [])
    return shape.count >= 2 && shape.reduce(1, *) == sample.reduce(1, *) ? shape : nil
  }
}
