import Checkpointing
import Datasets
import GraphIR

/// Trains a ``Supervised`` on samples. A step is one update.
struct SupervisedTrainer: Trainer {
  /// The parts of a checkpoint.
  static var parts: [StatePart<Self>] {
    [.init("step", \.step, in: 0...Int.max), .init("shuffle", \.shuffle)]
  }

  /// A data set with its labels and targets, which are the same in every step.
  private struct Samples {
    let whole: any Dataset
    let labels: ClassLabels?
    let targets: DatasetTargets?

    init(_ data: any Dataset) { (whole, labels, targets) = (data, data.labels, data.targets) }
  }

  /// The number of completed steps.
  private(set) var step = 0
  /// The runner of the programs.
  let runner: any ProgramRunner
  private let algorithm: Supervised
  private let data: Samples
  private let validation: Samples?
  private let target: Int
  private let augmenter: Augmenter
  private var shuffle: Shuffle

  init(_ algorithm: Supervised, data: any Dataset, setup: TrainingSetup, runner: any ProgramRunner) {
    self.algorithm = algorithm
    self.data = Samples(data)
    self.runner = runner
    validation = setup.validation.map { Samples($0) }
    target = setup.target
    augmenter = Augmenter(setup)
    shuffle = Shuffle(count: data.count, key: RandomStream(seed: setup.seed, name: "shuffle").key)
  }

  /// One update.
  ///
  /// - Throws: ``AlgorithmError`` with code `diverged` if a metric is not finite. The update is then not applied.
  mutating func advance() throws -> [String: Double] {
    var shuffle = shuffle
    let rows = try shuffle.next(algorithm.settings.batch)
    fill(Supervised.samplesInput, of: .train) {
      data.whole.fill(rows, into: $0)
      augmenter.apply(to: $0, shape: data.whole.sampleShape, step: step)
    }
    fill(Supervised.targetsInput, of: .train) { targets(of: data, rows, into: $0) }
    fill(Supervised.rateInput, of: .train) {
      $0.update(repeating: Float(algorithm.settings.rate.value(after: step, of: target)))
    }
    let metrics = try runner.metrics(of: Supervised.Program.train.rawValue, step: step + 1) {
      data.whole.samples(rows).allSatisfy(\.isFinite) ? nil : "a sample was not finite before the step"
    }
    try runner.commit(Supervised.Program.train.rawValue)
    self.shuffle = shuffle
    step += 1
    return metrics
  }

  /// Whether there are samples for validation and an interval ends.
  var isEvaluationDue: Bool {
    validation != nil && step > 0 && step.isMultiple(of: algorithm.settings.evaluateEvery)
  }

  /// The loss of the samples for validation, and as `evaluation` the accuracy, or R² of a regression.
  func evaluate(isStopped: () -> Bool) throws -> [String: Double] {
    guard let validation else { return [:] }
    let batch = algorithm.settings.batch
    var sums: [String: Double] = [:]
    for start in stride(from: 0, to: validation.whole.count, by: batch) {
      if isStopped() { throw CancellationError() }
      let count = min(batch, validation.whole.count - start)
      // The last row fills the batch; its copies have weight 0.
      let rows = (0..<batch).map { start + min($0, count - 1) }
      fill(Supervised.samplesInput, of: .evaluate) { validation.whole.fill(rows, into: $0) }
      fill(Supervised.targetsInput, of: .evaluate) { targets(of: validation, rows, into: $0) }
      fill(Supervised.weightsInput, of: .evaluate) { weights in
        for index in weights.indices { weights[index] = index < count ? 1 : 0 }
      }
      sums.merge(try runner.metrics(of: Supervised.Program.evaluate.rawValue, step: step), uniquingKeysWith: +)
    }
    let total = Double(validation.whole.count)
    let loss = (sums["loss"] ?? 0) / total
    return ["validation-loss": loss, "evaluation": sums["hits"].map { $0 / total } ?? 1 - loss / variance(validation)]
  }

  /// The mean squared distance of the targets from their mean.
  private func variance(_ data: Samples) -> Double {
    guard let targets = data.targets else { return 1 }
    let (size, count) = (targets.shape.reduce(1, *), Double(data.whole.count))
    var means = [Double](repeating: 0, count: size)
    for (index, value) in targets.values.enumerated() { means[index % size] += Double(value) / count }
    return targets.values.enumerated().reduce(0) { sum, entry in
      let difference = Double(entry.element) - means[entry.offset % size]
      return sum + difference * difference / (count * Double(size))
    }
  }

  /// Writes the targets of rows: classes one-hot, or the numbers of a regression.
  private func targets(of data: Samples, _ rows: [Int], into buffer: UnsafeMutableBufferPointer<Float>) {
    let size = algorithm.targetShape.reduce(1, *)
    if algorithm.settings.loss == .crossEntropy, let labels = data.labels {
      buffer.update(repeating: 0)
      for (slot, row) in rows.enumerated() { buffer[slot * size + labels.rows[row]] = 1 }
    } else if let targets = data.targets {
      for (slot, row) in rows.enumerated() {
        for index in 0..<size { buffer[slot * size + index] = targets.values[row * size + index] }
      }
    }
  }

  private func fill(
    _ input: String, of program: Supervised.Program, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    runner.fill(input, of: program.rawValue, body)
  }
}
