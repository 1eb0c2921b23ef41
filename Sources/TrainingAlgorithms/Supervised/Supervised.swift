import Autograd
import Datasets
import GraphIR
import NN

/// Supervised learning: a classifier trained with cross-entropy, or a regression trained with the mean squared error.
///
/// The state holds `network/NAME` for the parameters and `network/adam/…` for the optimiser.
public struct Supervised: Algorithm {
  /// The role of the network.
  public static let role = "network"

  /// The programs of the algorithm.
  enum Program: String, CaseIterable {
    /// One update of the network.
    case train
    /// The losses and the errors of some samples, in inference mode.
    case evaluate
  }

  static let samplesInput = "data/samples"
  /// The class of each sample, one-hot, or the targets of a regression.
  static let targetsInput = "data/targets"
  /// 1 for samples that count, 0 for those that fill the last batch.
  static let weightsInput = "data/weights"
  static let rateInput = "schedule/rate"

  /// The network, in training mode: samples to logits or to predictions.
  public let network: Graph
  /// The hyperparameters.
  public let settings: SupervisedSettings

  /// - Throws: ``AlgorithmError`` if a setting is out of range or the network does not fit.
  public init(_ network: Graph, settings: SupervisedSettings) throws {
    self.network = network
    self.settings = settings
    try SettingCheck.count("batch", settings.batch)
    try SettingCheck.count("evaluateEvery", settings.evaluateEvery)
    try SettingCheck.fraction("labelSmoothing", settings.labelSmoothing)
    try SettingCheck.positive("rate", settings.rate.first)
    try SettingCheck.optimizer("optimizer", settings.optimizer)
    try network.verify()
    let isRight =
      network.inputs.count == 1 && network.outputs.count == 1 && network.inputs[0].type.shape.first == -1
      && network.inputs[0].type.dtype == .float32 && network.outputs[0].type.shape.first == -1
      && network.outputs[0].type.shape.rank >= 2
    guard isRight else {
      throw AlgorithmError(
        .network,
        "the network has \(network.inputs.count) inputs and \(network.outputs.count) outputs, expected one of "
          + "each, float32[batch, …]")
    }
    guard settings.loss != .crossEntropy || network.outputs[0].type.shape.rank == 2 else {
      throw AlgorithmError(
        .network,
        "the network outputs \(network.describe(network.outputs[0].type)), expected logits [batch, classes]")
    }
  }

  /// The network by its role.
  public var roles: [String: Graph] { [Self.role: network] }
  /// One.
  public var cycle: Int { 1 }
  /// The first step.
  public var firstUpdate: FirstUpdate { FirstUpdate(step: 1, arithmetic: "every step is an update") }

  /// The types of the network's parameters and its optimiser's tensors.
  public var stateTypes: [String: TensorType] {
    var types = parameterTypes
    types.merge(settings.optimizer.base.stateTypes(for: network), under: "\(Self.role)/\(settings.optimizer.name)")
    return types
  }

  /// The shape of one target: the classes, or the numbers that are predicted.
  var targetShape: [Int] { Array(network.outputs[0].type.shape.dropFirst()) }

  /// The loss of predictions.
  func loss(_ predictions: Tensor, _ targets: Tensor, reduction: Loss.Reduction = .mean) -> Tensor {
    switch settings.loss {
    case .crossEntropy:
      Loss.crossEntropy(predictions, targets, labelSmoothing: settings.labelSmoothing, reduction: reduction)
    case .mse: Loss.mse(predictions, targets, reduction: reduction)
    }
  }

  /// 1 for each sample whose most probable class is the right one.
  private func hits(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
    (predictions.argmax(axis: 1) .== targets.argmax(axis: 1)).cast(to: predictions.dtype)
  }

  /// One update of the network.
  ///
  /// - Parameters:
  ///   - state: the state before the update.
  ///   - samples: the samples, [N, …].
  ///   - targets: the classes, one-hot [N, C], or the targets of a regression.
  ///   - rate: the learning rate, a scalar.
  public func step(_ state: NamedTensors, samples: Tensor, targets: Tensor, rate: Tensor) throws -> StepResult {
    let network = Network(network, parameters: state.scoped(Self.role), requiresGrad: true)
    let (predictions, statistics) = try network.training(samples)
    let loss = loss(predictions, targets)
    var next = try state.updated(
      by: settings.optimizer.base, role: Self.role, network.parameters, gradients: network.gradients(of: loss),
      rate: rate)
    next.merge(statistics, under: Self.role)
    var metrics = ["loss": loss]
    if settings.loss == .crossEntropy { metrics["accuracy"] = hits(predictions, targets).mean() }
    return (next, metrics)
  }

  /// Sums over samples: of the loss, and of the right answers or the squared errors.
  func sums(_ state: NamedTensors, samples: Tensor, targets: Tensor, weights: Tensor) throws -> NamedTensors {
    let network = Network(network, parameters: state.scoped(Self.role)).inferenceMode()
    let predictions = try network(samples)
    switch settings.loss {
    case .crossEntropy:
      return [
        "loss": (loss(predictions, targets, reduction: .none) * weights).sum(),
        "hits": (hits(predictions, targets) * weights).sum(),
      ]
    case .mse:
      let errors = (predictions - targets).squared()
      return ["loss": (errors.reshaped([settings.batch, -1]).mean([1]) * weights).sum()]
    }
  }

  /// Returns the update and the evaluation as programs.
  ///
  /// - Throws: errors of tracing.
  public func programs() throws -> [String: Graph] {
    Dictionary(uniqueKeysWithValues: try Program.allCases.map { ($0.rawValue, try program($0)) })
  }

  private func program(_ program: Program) throws -> Graph {
    let trainable = network.parameters.filter(\.isTrainable).map { "\(Self.role)/\($0.name)" }
    let types = program == .train ? stateTypes : parameterTypes
    let builder = try ProgramBuilder(program.rawValue, state: types, trainable: Set(trainable))
    func input(_ name: String, _ shape: [Int]) throws -> Tensor {
      try builder.input(name, TensorType(.float32, Shape(shape)))
    }
    let sample = Array(network.inputs[0].type.shape.dropFirst())
    let samples = try input(Self.samplesInput, [settings.batch] + sample)
    let targets = try input(Self.targetsInput, [settings.batch] + targetShape)
    switch program {
    case .train:
      let result = try step(builder.state, samples: samples, targets: targets, rate: input(Self.rateInput, []))
      try builder.output(result.metrics)
      builder.update(to: result.state)
    case .evaluate:
      let weights = try input(Self.weightsInput, [settings.batch])
      try builder.output(sums(builder.state, samples: samples, targets: targets, weights: weights))
    }
    return builder.graph
  }

  /// A trainer before its first step.
  ///
  /// - Throws: ``AlgorithmError`` if there are no data, or they do not fit the network.
  public func trainer(_ setup: TrainingSetup, _ runner: any ProgramRunner) throws -> any Trainer {
    let data = try setup.samples(for: network, batch: settings.batch)
    try checkTargets(of: data)
    if let stopAt = settings.stopAt {
      let expected = "none, as no samples are kept for validation; set validation of the data set first"
      try SettingCheck.require("stop.evaluation", stopAt, expected) { _ in setup.validation != nil }
    }
    return SupervisedTrainer(self, data: data, setup: setup, runner: runner)
  }

  /// - Throws: ``AlgorithmError`` if classes or targets do not fit the network.
  private func checkTargets(of data: any Dataset) throws {
    switch settings.loss {
    case .crossEntropy:
      guard let labels = data.labels else {
        throw AlgorithmError(
          .setting,
          "'\(data.name)' has no classes, which cross-entropy needs; name labels, or sort pictures into folders")
      }
      guard labels.names.count == targetShape[0] else {
        throw AlgorithmError(
          .network, "'\(data.name)' has \(labels.names.count) classes, but the network has \(targetShape[0]) outputs")
      }
    case .mse:
      guard let targets = data.targets else {
        throw AlgorithmError(.setting, "'\(data.name)' has no targets, which a regression needs; name them")
      }
      guard targets.shape == targetShape else {
        throw AlgorithmError(
          .network, "a target of '\(data.name)' is \(targets.shape), but the network outputs \(targetShape)")
      }
    }
  }
}
