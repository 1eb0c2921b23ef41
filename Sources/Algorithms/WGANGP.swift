import Autograd
import GraphIR
import NN

/// Improved training of Wasserstein GANs: Gulrajani, Ahmed, Arjovsky, Dumoulin, Courville, arXiv:1704.00028,
/// algorithm 1.
///
/// A step is a pure function of state, batch and random draws. It can thus be traced, stored and exported as a graph.
/// The state holds `generator/NAME` and `critic/NAME` for the parameters and `…/adam/…` for the optimisers.
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

  /// Equation 3: D(x̃) − D(x) + λ · (‖∇D(x̂)‖₂ − 1)², each a mean over the batch, with x̂ = αx + (1−α)x̃.
  ///
  /// - Parameters:
  ///   - critic: the network D.
  ///   - real: x, [N, …].
  ///   - fake: x̃, [N, …], detached from the generator.
  ///   - alpha: α in [0, 1) for each sample, [N, 1, …].
  /// - Returns: the loss, its metrics, and the critic's running statistics, if it has any, after the real samples.
  package func criticLoss(
    _ critic: Network, real: Tensor, fake: Tensor, alpha: Tensor
  ) throws -> (loss: Tensor, metrics: NamedTensors, statistics: NamedTensors) {
    let penalty = try settings.penalty.gradient(critic, real: real, fake: fake, alpha: alpha)
    let (scores, statistics) = try critic.training(real)
    let distance = scores.mean() - (try critic(fake).mean())
    let loss = settings.penalty.weight * penalty - distance
    return (loss, ["critic": loss, "penalty": penalty, "wasserstein": distance], statistics)
  }

  /// −D(G(z)), the mean over the batch.
  package func generatorLoss(_ critic: Network, fake: Tensor) throws -> Tensor { -(try critic(fake).mean()) }

  /// One update of the critic (algorithm 1, lines 3 to 10).
  ///
  /// - Parameters:
  ///   - state: the state before the update.
  ///   - real: a batch of samples, [N, …].
  ///   - noise: z, [N, …].
  ///   - alpha: uniform on [0, 1), [N, 1, …] of the samples' rank.
  public func criticStep(_ state: NamedTensors, real: Tensor, noise: Tensor, alpha: Tensor) throws -> StepResult {
    let generator = Network(generator, parameters: state.scoped("generator"))
    let (fake, statistics) = try generator.training(noise)
    var result = try criticStep(state, real: real, fake: fake, alpha: alpha)
    result.state.merge(statistics, under: "generator")
    return result
  }

  /// One update of the critic for given samples of the generator. They must not require a gradient.
  package func criticStep(_ state: NamedTensors, real: Tensor, fake: Tensor, alpha: Tensor) throws -> StepResult {
    let critic = Network(critic, parameters: state.scoped("critic"), requiresGrad: true)
    let (loss, metrics, statistics) = try criticLoss(critic, real: real, fake: fake, alpha: alpha)
    var next = try state.updated(
      by: settings.optimizer.base, role: "critic", critic.parameters, gradients: critic.gradients(of: loss))
    next.merge(statistics, under: "critic")
    return (next, metrics)
  }

  /// One update of the generator (algorithm 1, lines 11 and 12).
  ///
  /// - Parameters:
  ///   - state: the state before the update.
  ///   - noise: z, [N, …].
  public func generatorStep(_ state: NamedTensors, noise: Tensor) throws -> StepResult {
    let generator = Network(generator, parameters: state.scoped("generator"), requiresGrad: true)
    let critic = Network(critic, parameters: state.scoped("critic"))
    let (fake, statistics) = try generator.training(noise)
    let loss = try generatorLoss(critic, fake: fake)
    var next = try state.updated(
      by: settings.optimizer.base, role: "generator", generator.parameters, gradients: generator.gradients(of: loss))
    next.merge(statistics, under: "generator")
    return (next, ["generator": loss])
  }
}

extension WGANGP {
  /// The networks by role.
  public var roles: [String: Graph] { ["generator": generator, "critic": critic] }
  /// The updates of the critic for each update of the generator.
  public var cycle: Int { settings.criticSteps }

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
    guard let data = setup.data else {
      throw AlgorithmError(.setting, "the run has no data set; its algorithm needs one")
    }
    return try WGANGPTrainer(self, data: data, setup: setup, runner: runner)
  }
}
