import Autograd
import Datasets
import GraphIR

/// Trains a ``WGANGP`` on images: draws batches and noise for its programs, which keep the state.
///
/// A step is one update of the critic; every `criticSteps`-th is followed by one of the generator.
public struct WGANGPTrainer: Trainer {
  /// The algorithm.
  public let algorithm: WGANGP
  /// The steps done so far.
  public private(set) var step: Int
  private let data: any ImageDataset
  /// What runs the steps.
  public let runner: any ProgramRunner
  private var noise: RandomStream
  private var alpha: RandomStream
  private var shuffle: Shuffle
  /// Updates of the critic since the last one of the generator. When there are enough of them, the next thing to do is an update
  /// of the generator, which only an error can have kept from being done at once.
  private var phase: Int

  /// A run from its beginning.
  ///
  /// - Parameters:
  ///   - parameters: the networks' first parameters, named `generator/NAME` and `critic/NAME`.
  ///   - seed: what every random stream starts from.
  ///   - programs: the steps; the algorithm's own where nothing else is said.
  ///   - makeRunner: makes what runs the programs.
  /// - Throws: ``AlgorithmError`` where the data do not fit the critic or the parameters do not fit the networks, and what
  ///   `makeRunner` throws.
  public init(
    _ algorithm: WGANGP, data: any ImageDataset, parameters: [String: TensorValue], seed: UInt64,
    programs: [String: Graph]? = nil, makeRunner: MakeProgramRunner
  ) throws {
    try algorithm.check(data)
    self.algorithm = algorithm
    self.data = data
    let zeros = algorithm.optimizerTypes.mapValues { TensorValue(repeating: 0, type: $0) }
    let tensors = try algorithm.checked(parameters.merging(zeros) { $1 })
    runner = try makeRunner(programs ?? algorithm.programs(), tensors)
    noise = RandomStream(seed: seed, name: "noise")
    alpha = RandomStream(seed: seed, name: "alpha")
    shuffle = Shuffle(count: data.count, key: RandomStream(seed: seed, name: "shuffle").key)
    (step, phase) = (0, 0)
  }

  /// A run from a checkpoint.
  ///
  /// - Parameters:
  ///   - programs: the steps that the run began with; the algorithm's own where nothing else is said.
  ///   - makeRunner: makes what runs the programs.
  /// - Throws: ``AlgorithmError`` where the state lacks something or the data do not fit, `DatasetError` where the position in
  ///   the data lies outside of them, and what `makeRunner` throws.
  public init(
    _ algorithm: WGANGP, data: any ImageDataset, resuming state: TrainingState, programs: [String: Graph]? = nil,
    makeRunner: MakeProgramRunner
  ) throws {
    try algorithm.check(data)
    self.algorithm = algorithm
    self.data = data
    let tensors = try algorithm.checked(state.tensors)
    noise = try state.stream("noise")
    alpha = try state.stream("alpha")
    shuffle = try Shuffle(
      count: data.count,
      state: .init(
        key: UInt64(bitPattern: Int64(try state.counter("shuffle/key"))), epoch: try state.counter("shuffle/epoch"),
        position: try state.counter("shuffle/position")))
    step = try state.counter("step")
    phase = try state.counter("phase")
    guard step >= 0, (0...algorithm.settings.criticSteps).contains(phase) else {
      throw AlgorithmError(
        .state,
        "the checkpoint is at step \(step), \(phase) updates after the generator's last; expected at most criticSteps, "
          + "\(algorithm.settings.criticSteps)")
    }
    runner = try makeRunner(programs ?? algorithm.programs(), tensors)
  }

  /// Everything that the next step depends on.
  public var state: TrainingState {
    TrainingState(
      tensors: runner.tensors, streams: ["noise": noise, "alpha": alpha],
      counters: [
        "step": Int64(step), "phase": Int64(phase), "shuffle/key": Int64(bitPattern: shuffle.state.key),
        "shuffle/epoch": Int64(shuffle.state.epoch), "shuffle/position": Int64(shuffle.state.position),
      ])
  }

  /// One update of the critic, and one of the generator when it is its turn.
  ///
  /// - Throws: ``AlgorithmError`` with code `diverged` where a metric is no finite number. The update that it is from has then not
  ///   been made, and the state is as it was before it.
  public mutating func advance() throws -> [String: Double] {
    // An update that is still due comes first.
    var metrics = try updateGenerator()
    metrics.merge(try updateCritic()) { $1 }
    metrics.merge(try updateGenerator()) { $1 }
    return metrics
  }

  private mutating func updateCritic() throws -> [String: Double] {
    var (shuffle, noise, alpha) = (shuffle, noise, alpha)
    let rows = try shuffle.next(algorithm.settings.batch)
    fill(WGANGP.realInput, of: .critic) { data.fill(rows, into: $0) }
    fill(WGANGP.noiseInput, of: .critic) { noise.fillNormal($0) }
    fill(WGANGP.alphaInput, of: .critic) { alpha.fillUniform($0) }
    let metrics = try run(.critic, of: step + 1) {
      data.images(rows).allSatisfy(\.isFinite) ? nil : "'images' was not finite before the step"
    }
    (self.shuffle, self.noise, self.alpha) = (shuffle, noise, alpha)
    step += 1
    phase += 1
    return metrics
  }

  private mutating func updateGenerator() throws -> [String: Double] {
    guard phase == algorithm.settings.criticSteps else { return [:] }
    var noise = noise
    fill(WGANGP.noiseInput, of: .generator) { noise.fillNormal($0) }
    let metrics = try run(.generator, of: step)
    self.noise = noise
    phase = 0
    return metrics
  }

  private func fill(_ input: String, of program: WGANGP.Program, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    runner.fill(input, of: program.rawValue, body)
  }

  /// Runs a program, and takes over the state that it leads to unless it has diverged.
  ///
  /// - Parameters:
  ///   - step: the step that the program is a part of.
  ///   - culprit: what among the inputs is to blame, where something is.
  private func run(
    _ program: WGANGP.Program, of step: Int, culprit: () -> String? = { nil }
  ) throws -> [String: Double] {
    try runner.compute(program.rawValue)
    var metrics: [String: Double] = [:]
    for output in runner.programs[program.rawValue]?.outputs ?? [] {
      metrics[output.name] = runner.output(output.name, of: program.rawValue).doubles[0]
    }
    if let (metric, value) = metrics.sorted(by: { $0.key < $1.key }).first(where: { !$0.value.isFinite }) {
      let culprit =
        TrainingState(tensors: runner.tensors, streams: [:], counters: [:]).firstNonFinite
        .map { "'\($0)' was not finite before the step" } ?? culprit()
        ?? "all that went into the step was finite"
      throw AlgorithmError(.diverged, "the metric '\(metric)' became \(value) at step \(step); \(culprit)")
    }
    try runner.commit(program.rawValue)
    return metrics
  }
}
