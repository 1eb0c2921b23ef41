import Autograd
import GraphIR
import NN

/// Improved training of Wasserstein GANs: Gulrajani, Ahmed, Arjovsky, Dumoulin, Courville, arXiv:1704.00028,
/// algorithm 1.
///
/// A step is a pure function of state, batch and random draws. It can thus be traced, stored and exported as a graph.
/// The state holds `generator/NAME` and `critic/NAME` for the parameters and `…/adam/…` for the optimisers, and
/// `generator-ema/NAME` if there is a moving average of the generator.
public struct WGANGP: Algorithm {
  /// The generator, in training mode: noise to samples.
  public let generator: Graph
  /// The critic: samples to scores.
  public let critic: Graph
  /// The hyperparameters of the algorithm.
  public let settings: WGANGPSettings

  /// - Throws: ``AlgorithmError`` if a setting is out of range or the networks do not fit each other.
  public init(generator: Graph, critic: Graph, settings: WGANGPSettings) throws {
    self.generator = generator
    self.critic = critic
    self.settings = settings
    try validate()
  }

  /// Warnings about values that are allowed but likely mistakes, one sentence each, with the node's name.
  public var warnings: [String] {
    guard settings.penalty.weight > 0, let nodes = try? critic.nodesCouplingSamples() else { return [] }
    return nodes.map {
      "the critic's node '\($0.name)', a \($0.op.rawValue), couples the samples of a batch; the gradient penalty "
        + "expects independent samples (arXiv:1704.00028, section 4); use layer normalisation"
    }
  }

  /// The critic's loss. By default it is that of equation 3: D(x̃) − D(x) + λ · (‖∇D(x̂)‖₂ − 1)², each a mean over the
  /// batch, with x̂ = αx + (1−α)x̃.
  ///
  /// - Parameters:
  ///   - critic: the network D.
  ///   - real: x, [N, …].
  ///   - fake: x̃, [N, …], detached from the generator.
  ///   - alpha: α in [0, 1) for each sample, [N, 1, …]; nil for the loss without the penalty.
  ///   - labels: the classes of both batches. Those of the real samples are the interpolates' classes, too.
  /// - Returns: the loss, its metrics, and the critic's running statistics, if it has any, after the real samples.
  ///   D(x) − D(x̃) is the metric `wasserstein` of that loss, and `margin` of the others.
  package func criticLoss(
    _ critic: Network, real: Tensor, fake: Tensor, alpha: Tensor?, labels: Labels? = nil
  ) throws -> (loss: Tensor, metrics: NamedTensors, statistics: NamedTensors) {
    let penalty = try alpha.flatMap { alpha in
      settings.penalty.weight > 0
        ? try settings.penalty.gradient(
          { try critic(inputs(critic, $0, settings.penalty.gradient.at == .fake ? labels?.fake : labels?.real))[0] },
          real: real, fake: fake, alpha: alpha) : nil
    }
    let (outputs, statistics) = try critic.training(inputs(critic, real, labels?.real))
    let scores = outputs[0]
    let mean = scores.mean()
    let fakeOutputs = try critic(inputs(critic, fake, labels?.fake))
    let fakeScores = fakeOutputs[0]
    let distance = mean - fakeScores.mean()
    let weighted = penalty.map { settings.penalty.weight * Double(settings.penalty.every) * $0 }
    var loss: Tensor
    if settings.loss == .wasserstein {
      loss = weighted.map { $0 - distance } ?? -distance
    } else {
      let own = settings.loss.critic(real: scores, fake: fakeScores)
      loss = weighted.map { own + $0 } ?? own
    }
    var metrics = ["critic": loss, settings.loss == .wasserstein ? "wasserstein" : "margin": distance]
    metrics["penalty"] = penalty
    if let real = classification(outputs, labels?.real), let fake = classification(fakeOutputs, labels?.fake) {
      loss = loss + settings.classifierWeight * (real + fake)
      metrics["critic"] = loss
      metrics["classification"] = real
    }
    return (loss, metrics, statistics)
  }

  /// The generator's loss. By default it is −D(G(z)), the mean over the batch.
  package func generatorLoss(_ critic: Network, fake: Tensor, labels: Tensor? = nil) throws -> Tensor {
    let outputs = try critic(inputs(critic, fake, labels))
    let loss = settings.loss.generator(fake: outputs[0])
    return classification(outputs, labels).map { loss + settings.classifierWeight * $0 } ?? loss
  }

  /// One update of the critic (algorithm 1, lines 3 to 10).
  ///
  /// - Parameters:
  ///   - state: the state before the update.
  ///   - real: a batch of samples, [N, …].
  ///   - noise: z, [N, …].
  ///   - alpha: uniform on [0, 1), [N, 1, …] of the samples' rank; nil for an update without the penalty.
  ///   - rate: a scalar in place of the optimiser's learning rate.
  ///   - labels: the classes of both batches, for networks that take them.
  public func criticStep(
    _ state: NamedTensors, real: Tensor, noise: Tensor, alpha: Tensor?, rate: Tensor? = nil, labels: Labels? = nil
  ) throws -> StepResult {
    let generator = Network(generator, parameters: state.scoped("generator"))
    let (fake, statistics) = try samples(generator, noise, labels?.fake)
    var result = try criticStep(state, real: real, fake: fake, alpha: alpha, rate: rate, labels: labels)
    result.state.merge(statistics, under: "generator")
    return result
  }

  /// One update of the critic for given samples of the generator. They must not require a gradient.
  package func criticStep(
    _ state: NamedTensors, real: Tensor, fake: Tensor, alpha: Tensor?, rate: Tensor? = nil, labels: Labels? = nil
  ) throws -> StepResult {
    let critic = Network(critic, parameters: state.scoped("critic"), requiresGrad: true)
    let (loss, metrics, statistics) = try criticLoss(critic, real: real, fake: fake, alpha: alpha, labels: labels)
    var next = try state.updated(
      by: settings.optimizer.base, role: "critic", critic.parameters, gradients: critic.gradients(of: loss), rate: rate)
    next.merge(statistics, under: "critic")
    return (next, metrics)
  }

  /// One update of the generator (algorithm 1, lines 11 and 12), and of its moving average.
  ///
  /// - Parameters:
  ///   - state: the state before the update.
  ///   - noise: z, [N, …].
  ///   - rate: a scalar in place of the optimiser's learning rate.
  ///   - labels: the classes of the samples to generate, for networks that take them.
  public func generatorStep(
    _ state: NamedTensors, noise: Tensor, rate: Tensor? = nil, labels: Tensor? = nil
  ) throws -> StepResult {
    let generator = Network(generator, parameters: state.scoped("generator"), requiresGrad: true)
    let critic = Network(critic, parameters: state.scoped("critic"))
    let (fake, statistics) = try samples(generator, noise, labels)
    let loss = try generatorLoss(critic, fake: fake, labels: labels)
    let optimizer = settings.generatorOptimizer ?? settings.optimizer
    var next = try state.updated(
      by: optimizer.base, role: "generator", generator.parameters, gradients: generator.gradients(of: loss), rate: rate)
    next.merge(statistics, under: "generator")
    if let decay = settings.ema.decay { average(generator, decay: decay, statistics, in: &next) }
    return (next, ["generator": loss])
  }

  /// Updates the generator's moving average. It has the same running statistics as the generator.
  private func average(_ generator: Network, decay: Double, _ statistics: NamedTensors, in state: inout NamedTensors) {
    // In a fixed order, so that equal settings have equal graphs.
    for name in generator.trainableNames.sorted() {
      guard let parameter = state["generator/\(name)"], let average = state["\(Self.averageRole)/\(name)"] else {
        preconditionFailure("the state has no average of '\(name)'")
      }
      state["\(Self.averageRole)/\(name)"] = noGrad { (1 - decay) * parameter + decay * average }
    }
    state.merge(statistics, under: Self.averageRole)
  }
}

extension WGANGP {
  /// The role of the generator's moving average.
  public static let averageRole = "generator-ema"

  /// The role of the network that generates samples for users: the moving average if there is one.
  var sampledRole: String { settings.ema.decay == nil ? "generator" : Self.averageRole }

  /// The networks that optimisers change, by role.
  var trained: [String: Graph] { ["generator": generator, "critic": critic] }

  /// The networks by role, with the generator's moving average if there is one.
  public var roles: [String: Graph] {
    trained.merging(settings.ema.decay == nil ? [:] : [Self.averageRole: generator]) { first, _ in first }
  }

  /// The moving average starts as a copy of the generator.
  public func initialState(_ parameters: [String: TensorValue]) -> [String: TensorValue] {
    var state: [String: TensorValue] = [:]
    if settings.ema.decay != nil { state.merge(parameters.scoped("generator"), under: Self.averageRole) }
    return state
  }

  /// The updates of the critic after which the generator has been updated, and the critic with and without the penalty:
  /// the least common multiple of both intervals.
  public var cycle: Int {
    guard settings.penalty.isLazy else { return settings.criticSteps }
    var (factor, rest) = (settings.criticSteps, settings.penalty.every)
    while rest > 0 { (factor, rest) = (rest, factor % rest) }
    let (cycle, overflow) = (settings.criticSteps / factor).multipliedReportingOverflow(by: settings.penalty.every)
    return overflow ? .max : cycle
  }

  /// The step with the first update of the generator.
  public var firstUpdate: FirstUpdate {
    FirstUpdate(
      step: settings.criticSteps,
      arithmetic: "an update of the generator follows \(settings.criticSteps) of the critic (criticSteps)")
  }

  /// Creates a trainer before its first step.
  ///
  /// - Throws: ``AlgorithmError`` if there are no data, or they do not fit the critic.
  public func trainer(_ setup: TrainingSetup, _ runner: any ProgramRunner) throws -> any Trainer {
    let data = try setup.samples(for: critic, batch: settings.batch)
    try checkLabels(of: data)
    return WGANGPTrainer(self, data: data, setup: setup, runner: runner)
  }
}
