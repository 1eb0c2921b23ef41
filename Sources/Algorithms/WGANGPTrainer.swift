import Autograd
import Datasets
import GraphIR

/// Trains a ``WGANGP`` on images: draws batches and noise, and keeps the state between the steps.
///
/// A step is one update of the critic; every `criticSteps`-th is followed by one of the generator.
public struct WGANGPTrainer: Trainer {
  /// The algorithm.
  public let algorithm: WGANGP
  /// The steps done so far.
  public private(set) var step: Int
  private let data: any ImageDataset
  private var tensors: NamedTensors
  private var noise: RandomStream
  private var alpha: RandomStream
  private var shuffle: Shuffle
  /// Updates of the critic since the last one of the generator.
  private var phase: Int

  /// A run from its beginning.
  ///
  /// - Parameters:
  ///   - parameters: the networks' first parameters, named `generator/NAME` and `critic/NAME`.
  ///   - seed: what every random stream starts from.
  /// - Throws: ``AlgorithmError`` where the data do not fit the critic or the parameters do not fit the networks.
  public init(_ algorithm: WGANGP, data: any ImageDataset, parameters: [String: TensorValue], seed: UInt64) throws {
    try algorithm.check(data)
    self.algorithm = algorithm
    self.data = data
    let zeros = algorithm.optimizerTypes.mapValues { TensorValue(repeating: 0, type: $0) }
    tensors = try algorithm.checked(parameters.merging(zeros) { $1 }).mapValues { Tensor($0) }
    noise = RandomStream(seed: seed, name: "noise")
    alpha = RandomStream(seed: seed, name: "alpha")
    shuffle = Shuffle(count: data.count, key: RandomStream(seed: seed, name: "shuffle").key)
    (step, phase) = (0, 0)
  }

  /// A run from a checkpoint.
  ///
  /// - Throws: ``AlgorithmError`` where the state lacks something or the data do not fit, `DatasetError` where the position in
  ///   the data lies outside of them.
  public init(_ algorithm: WGANGP, data: any ImageDataset, resuming state: TrainingState) throws {
    try algorithm.check(data)
    self.algorithm = algorithm
    self.data = data
    tensors = try algorithm.checked(state.tensors).mapValues { Tensor($0) }
    noise = try state.stream("noise")
    alpha = try state.stream("alpha")
    shuffle = try Shuffle(
      count: data.count,
      state: .init(
        key: UInt64(bitPattern: Int64(try state.counter("shuffle/key"))), epoch: try state.counter("shuffle/epoch"),
        position: try state.counter("shuffle/position")))
    step = try state.counter("step")
    phase = try state.counter("phase")
    guard step >= 0, (0..<algorithm.settings.criticSteps).contains(phase) else {
      throw AlgorithmError(
        .state,
        "the checkpoint is at step \(step), \(phase) updates after the generator's last; expected fewer than criticSteps, "
          + "\(algorithm.settings.criticSteps)")
    }
  }

  /// Everything that the next step depends on.
  public var state: TrainingState {
    TrainingState(
      tensors: tensors.mapValues(\.value), streams: ["noise": noise, "alpha": alpha],
      counters: [
        "step": Int64(step), "phase": Int64(phase), "shuffle/key": Int64(bitPattern: shuffle.state.key),
        "shuffle/epoch": Int64(shuffle.state.epoch), "shuffle/position": Int64(shuffle.state.position),
      ])
  }

  /// One update of the critic, and one of the generator when it is its turn.
  ///
  /// - Throws: ``AlgorithmError`` with code `diverged` where a metric is no finite number. The state is then as it was.
  public mutating func advance() throws -> [String: Double] {
    var next = self
    let metrics = try next.takeStep()
    self = next
    return metrics
  }

  private mutating func takeStep() throws -> [String: Double] {
    let batch = algorithm.settings.batch
    let real = try nextImages(batch)
    let ones = [Int](repeating: 1, count: real.shape.rank - 1)
    var result = try algorithm.criticStep(
      tensors, real: real, noise: drawNoise(batch), alpha: Tensor(alpha.uniform(Shape([batch] + ones))))
    try accept(result, of: ["images": real])
    var metrics = result.metrics
    phase += 1
    if phase == algorithm.settings.criticSteps {
      phase = 0
      result = try algorithm.generatorStep(tensors, noise: drawNoise(batch))
      try accept(result)
      metrics.merge(result.metrics) { $1 }
    }
    step += 1
    return metrics.mapValues(\.item)
  }

  private mutating func nextImages(_ batch: Int) throws -> Tensor {
    let rows = try shuffle.next(batch)
    let sample = algorithm.critic.inputs[0].type.shape.dropFirst()
    let images = TensorValue(uninitialized: TensorType(.float32, Shape([batch] + sample)))
    images.withMutableElements(of: Float.self) { data.fill(rows, into: $0) }
    return Tensor(images)
  }

  private mutating func drawNoise(_ batch: Int) -> Tensor {
    Tensor(noise.normal(Shape([batch] + algorithm.generator.inputs[0].type.shape.dropFirst())))
  }

  /// Takes over a step's state unless it has diverged.
  private mutating func accept(_ result: WGANGP.Result, of inputs: NamedTensors = [:]) throws {
    if let (metric, value) = result.metrics.sorted(by: { $0.key < $1.key }).first(where: { !$0.value.item.isFinite }) {
      let culprit =
        firstNonFinite(tensors.merging(inputs) { $1 }).map { "'\($0)' was not finite before the step" }
        ?? firstNonFinite(result.state).map { "'\($0)' is not finite after the step" }
        ?? "every tensor of the state is still finite"
      throw AlgorithmError(.diverged, "the metric '\(metric)' became \(value.item) at step \(step + 1); \(culprit)")
    }
    tensors = result.state
  }

  private func firstNonFinite(_ tensors: NamedTensors) -> String? {
    TrainingState(tensors: tensors.mapValues(\.value), streams: [:], counters: [:]).firstNonFinite
  }
}
