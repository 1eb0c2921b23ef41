import Autograd
import Checkpointing
import Datasets
import GraphIR

/// Trains a ``WGANGP`` on samples. It draws batches and noise for the programs, which keep the state.
///
/// A step is one update of the critic. Every `criticSteps`-th step also updates the generator.
public struct WGANGPTrainer: Trainer {
  /// The parts of a checkpoint.
  public static var parts: [StatePart<Self>] {
    [
      .init("step", \.step, in: 0...Int.max), .init("phase", \.phase), .init("noise", \.noise),
      .init("alpha", \.alpha), .init("labels", \.labels), .init("shuffle", \.shuffle),
    ]
  }

  /// The algorithm.
  public let algorithm: WGANGP
  /// The number of completed steps.
  public private(set) var step = 0
  /// The runner of the steps.
  public let runner: any ProgramRunner
  private let data: any Dataset
  /// The class of each row of the data; nil for networks without labels.
  private let classes: [Int]?
  private let augmenter: Augmenter
  /// The step at which the training is done, where linear learning rates reach 0.
  private let target: Int
  private let evaluator: (any GeneratorEvaluator)?
  private let seed: UInt64
  private var noise: RandomStream
  private var alpha: RandomStream
  /// The classes of generated samples; nil for networks without labels.
  private var labels: RandomStream?
  private var shuffle: Shuffle
  /// The updates of the critic since the last update of the generator. After `criticSteps` of them, an update of the
  /// generator is due. It follows immediately, unless an error delays it.
  private var phase = 0

  /// Creates a trainer before its first step, with data that fit the critic.
  init(_ algorithm: WGANGP, data: any Dataset, setup: TrainingSetup, runner: any ProgramRunner) {
    augmenter = Augmenter(setup)
    self.algorithm = algorithm
    self.data = data
    classes = algorithm.settings.classes == nil ? nil : data.labels?.rows
    self.runner = runner
    target = setup.target
    evaluator = setup.generatorEvaluator
    seed = setup.seed
    noise = RandomStream(seed: setup.seed, name: "noise")
    alpha = RandomStream(seed: setup.seed, name: "alpha")
    labels = algorithm.settings.classes.map { _ in RandomStream(seed: setup.seed, name: "labels") }
    shuffle = Shuffle(count: data.count, key: RandomStream(seed: setup.seed, name: "shuffle").key)
  }

  /// Restores the state of a checkpoint.
  ///
  /// - Throws: `CheckpointError` if the state lacks something, `DatasetError` if the position lies outside the data.
  public mutating func restore(from state: TrainingState, as name: String) throws {
    try restoreParts(from: state, as: name)
    guard (0...algorithm.settings.criticSteps).contains(phase) else {
      throw AlgorithmError(
        .state,
        "the checkpoint at step \(step): \(phase) updates of the critic since the generator's last one, expected at "
          + "most criticSteps, \(algorithm.settings.criticSteps)")
    }
  }

  /// One update of the critic, and one of the generator when it is due.
  ///
  /// - Throws: ``AlgorithmError`` with code `diverged` if a metric is not finite. The update is then not applied.
  public mutating func advance() throws -> [String: Double] {
    // An update that an earlier error has delayed comes first.
    var metrics = try updateGenerator()
    metrics.merge(try updateCritic()) { $1 }
    metrics.merge(try updateGenerator()) { $1 }
    return metrics
  }

  /// Whether the generator is to be evaluated at this step.
  public var isEvaluationDue: Bool { evaluator != nil && algorithm.settings.evaluation.isDue(at: step) }

  /// The distance of the generator's samples from the data, as `evaluation`. It draws from a stream of its own.
  ///
  /// - Throws: `CancellationError` if it is stopped; the evaluator's errors.
  public func evaluate(isStopped: () -> Bool) throws -> [String: Double] {
    guard let evaluator else { return [:] }
    let parameters = try runner.tensors.scoped(algorithm.sampledRole)
    let seed = RandomStream(seed: seed, name: "evaluation/\(step)").key
    let distance = try evaluator.distance(
      of: algorithm.generator.inferenceMode(), parameters, seed: seed, isStopped: isStopped)
    return ["evaluation": distance]
  }

  private mutating func updateCritic() throws -> [String: Double] {
    var (shuffle, noise, alpha, labels) = (shuffle, noise, alpha, labels)
    let rows = try shuffle.next(algorithm.settings.batch)
    let program = algorithm.criticProgram(after: step)
    fill(WGANGP.realInput, of: program) {
      data.fill(rows, into: $0)
      augmenter.apply(to: $0, shape: data.sampleShape, step: step)
    }
    fill(WGANGP.noiseInput, of: program) { noise.fillNormal($0) }
    // A step without the penalty draws no α.
    if takes(WGANGP.alphaInput, program) { fill(WGANGP.alphaInput, of: program) { alpha.fillUniform($0) } }
    if let classes {
      runner.fill(WGANGP.labelsInput, of: program.rawValue, with: rows.map { Float(classes[$0]) })
      fill(WGANGP.labelDrawsInput, of: program) { labels?.fillUniform($0) }
    }
    fillRate(of: program, algorithm.settings.rate, after: step)
    let metrics = try run(program, of: step + 1) {
      data.samples(rows).allSatisfy(\.isFinite) ? nil : "'images' was not finite before the step"
    }
    (self.shuffle, self.noise, self.alpha, self.labels) = (shuffle, noise, alpha, labels)
    step += 1
    phase += 1
    return metrics
  }

  private mutating func updateGenerator() throws -> [String: Double] {
    guard phase == algorithm.settings.criticSteps else { return [:] }
    var (noise, labels) = (noise, labels)
    fill(WGANGP.noiseInput, of: .generator) { noise.fillNormal($0) }
    if labels != nil { fill(WGANGP.labelDrawsInput, of: .generator) { labels?.fillUniform($0) } }
    // The rate is that of the step that the update belongs to. It is thus above 0 in the last one.
    fillRate(of: .generator, algorithm.settings.generatorRate ?? algorithm.settings.rate, after: step - 1)
    let metrics = try run(.generator, of: step)
    (self.noise, self.labels) = (noise, labels)
    phase = 0
    return metrics
  }

  /// Whether a program has an input. The programs of a stored run are those of its start.
  private func takes(_ input: String, _ program: WGANGP.Program) -> Bool {
    runner.programs[program.rawValue]?.inputs.contains { $0.name == input } ?? false
  }

  /// Sets the learning rate of a program after a number of steps. A constant one is part of the program.
  private func fillRate(of program: WGANGP.Program, _ schedule: Schedule, after steps: Int) {
    guard takes(WGANGP.rateInput, program) else { return }
    runner.fill(WGANGP.rateInput, of: program.rawValue, with: [Float(schedule.value(after: steps, of: target))])
  }

  private func fill(_ input: String, of program: WGANGP.Program, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    runner.fill(input, of: program.rawValue, body)
  }

  /// Runs a program, and keeps its results unless it has diverged.
  private func run(
    _ program: WGANGP.Program, of step: Int, culprit: () -> String? = { nil }
  ) throws -> [String: Double] {
    let metrics = try runner.metrics(of: program.rawValue, step: step, culprit: culprit)
    try runner.commit(program.rawValue)
    return metrics
  }
}
