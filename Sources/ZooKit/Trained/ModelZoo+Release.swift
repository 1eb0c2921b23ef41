import TrainingAlgorithms
import FileOutput
import Foundation
import GenerativeMetrics
import ONNXFormat
import RunStore

extension ModelZoo {
  /// Writes the networks of a checkpoint that users need, and their card: a trained model.
  ///
  /// The networks are an agent's policy and its first critic, a GAN's generator or its moving average, or the only
  /// network. The files depend on the state and the version of zoo alone. A policy is evaluated in `episodes`
  /// episodes, and a generator by ``compareGenerator(_:_:)``.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
  ///   - folder: the folder, which is created if it is missing. Older files of the model are replaced.
  ///   - note: a remark for users.
  ///   - episodes: the number of episodes in which a policy is evaluated.
  ///   - features: the network of features for a generator; nil for the sliced Wasserstein distance alone.
  /// - Returns: the card.
  /// - Throws: as ``network(_:_:)``, ``evaluate(_:episodes:seed:isDeterministic:noise:)`` and
  ///   ``compareGenerator(_:_:)``; `OutputError` if a file can't be written.
  @discardableResult
  public func release(
    _ reference: String, to folder: URL, note: String? = nil, episodes: Int = 100, features: String? = nil
  ) throws -> TrainedCard {
    let run = try store.resolve(reference).run
    let specification = try specification(of: run)
    let networks = try store.runGraphs(of: run.id).networks
    let usual = try network(reference)
    let critic = usual.role == RunGraphs.policy ? networks.keys.filter { $0.hasPrefix("critic") }.min() : nil
    let evaluations =
      specification.settings.generatorEvaluation == nil
      ? try evaluations(of: usual, specification, episodes: episodes)
      : try evaluations(ofGeneratorAt: usual.checkpoint.id, features: features)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let files = try [usual, critic.map { try network("\(usual.checkpoint.id)", $0) }].compactMap(\.self).map {
      network in
      let ending = network.role == usual.role ? "" : "-\(network.role)"
      let name = "\(run.model)\(ending).onnx"
      let bytes = try ONNXExporter.encode(network.released)
      try OutputFile(folder.appending(path: name)).write(bytes)
      return TrainedCard.Network(
        role: network.role, file: name, bytes: bytes.count, digest: Digest(of: bytes).description,
        parameters: network.graph.trainableCount)
    }
    let card = TrainedCard(
      model: run.model, licence: (try? catalogue.recipe(named: run.model))?.licence,
      data: specification.settings.agent?.environment.id ?? specification.dataDescription,
      steps: run.targetStep ?? run.step, step: usual.checkpoint.id.step, seed: run.seed,
      stateDigest: usual.checkpoint.stateDigest.description, machine: run.machine, threads: run.threads,
      platform: try run.recordedPlatform?.facts ?? [:],
      date: usual.checkpoint.created.formatted(.iso8601.year().month().day()), command: run.command, note: note,
      evaluations: evaluations, networks: files, specification: specification.portable)
    try OutputFile(folder.appending(path: "\(run.model).json")).write(card.json())
    return card
  }

  /// The seed of the first episode, which is none of those in training.
  private static let evaluationSeed: UInt64 = 2_000_000

  private func evaluations(
    ofGeneratorAt checkpoint: CheckpointID, features: String?
  ) throws -> [TrainedCard.Evaluation] {
    var options = GeneratorEvaluationOptions()
    options.features = features
    let result = try compareGenerator("\(checkpoint)", options).evaluation()
    let sets = "samples beside \(result.references) of \(result.dataset) for training"
    func evaluation(_ quantity: String, _ estimate: MetricEstimate, _ conditions: String) -> TrainedCard.Evaluation {
      TrainedCard.Evaluation(
        quantity: quantity, value: estimate.value, interval: estimate.interval, standardDeviation: nil,
        count: result.samples, conditions: conditions)
    }
    guard let metrics = result.features else { return [evaluation("SWD", result.slicedWasserstein, sets)] }
    let conditions = "\(sets), features of \(metrics.network.network)"
    return [
      evaluation("FID", metrics.frechet, conditions), evaluation("KID", metrics.kernel, conditions),
      evaluation("precision", metrics.precision, conditions), evaluation("recall", metrics.recall, conditions),
      evaluation("SWD", result.slicedWasserstein, sets),
    ]
  }

  private func evaluations(
    of network: StoredNetwork, _ specification: RunSpecification, episodes: Int
  ) throws -> [TrainedCard.Evaluation] {
    let checkpoint = network.checkpoint.id
    if specification.settings.agent != nil {
      let returns = try evaluate(
        "\(checkpoint)", episodes: episodes, seed: Self.evaluationSeed, isDeterministic: true
      ).returns
      return [
        TrainedCard.Evaluation(
          "mean return", returns.mean, deviation: returns.standardDeviation, count: episodes,
          "episodes of the most likely actions, seeds from \(Self.evaluationSeed)")
      ]
    }
    let metrics = try store.metrics(
      of: checkpoint.run, keys: [Metric.evaluation], steps: checkpoint.step...checkpoint.step)
    guard let value = metrics.last?.value else { return [] }
    let samples = Int(Double(specification.fingerprint?.shape.first ?? 0) * (specification.dataset?.validation ?? 0))
    guard let supervised = specification.settings as? SupervisedSettings, supervised.loss == .crossEntropy, samples > 0
    else {
      return [
        TrainedCard.Evaluation(
          quantity: "evaluation", value: value, interval: nil, standardDeviation: nil, count: 1,
          conditions: "evaluation of the training")
      ]
    }
    return [
      TrainedCard.Evaluation(
        "accuracy", value, deviation: (value * (1 - value)).squareRoot(), count: samples, "samples for validation")
    ]
  }
}

extension TrainedCard.Evaluation {
  /// A mean with its 95 % interval by the normal approximation.
  fileprivate init(_ quantity: String, _ mean: Double, deviation: Double, count: Int, _ conditions: String) {
    let margin = 1.96 * deviation / Double(count).squareRoot()
    self.init(
      quantity: quantity, value: mean, interval: [mean - margin, mean + margin], standardDeviation: deviation,
      count: count, conditions: conditions)
  }
}

extension ModelZoo.StoredNetwork {
  /// The network as ONNX. Nothing in it differs between equal trainings, as the run's id does.
  fileprivate var released: ONNXModel {
    var model = onnx
    model.metadata["run"] = nil
    return model
  }
}

extension RunSpecification {
  /// The data set with its fingerprint.
  fileprivate var dataDescription: String {
    [dataset?.name, fingerprint?.description].compactMap(\.self).joined(separator: ", ")
  }
}

extension Run {
  /// The command that trains the run again, unless its settings were changed.
  fileprivate var command: String {
    "zoo train \(model) --seed \(seed) --steps \(targetStep ?? step) --threads \(threads)"
  }
}
