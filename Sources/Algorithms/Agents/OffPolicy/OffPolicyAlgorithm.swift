import Autograd
import GraphIR
import NN

/// An algorithm that learns from transitions of earlier policies, too.
///
/// An update is a step of the critics and, in every `policyDelay`-th, one of the actor and then one of the targets. Each is a pure function
/// of the state, whose names are `actor/NAME`, `critic1/NAME`, `target/critic1/NAME`, `actor/adam/…` and `critic/adam/…`.
public protocol OffPolicyAlgorithm: Algorithm {
  /// What is trained.
  var networks: OffPolicyNetworks { get }
  /// The environment.
  var environment: EnvironmentSettings { get }
  /// How often the policy is evaluated.
  var evaluation: EvaluationSettings { get }
  /// How transitions are collected and used.
  var replay: ReplaySettings { get }
  /// The learning rate of everything that is learned.
  var rate: Schedule { get }
  /// The optimisers' numbers beside the rate.
  var adam: Adam { get }
  /// A gradient penalty.
  var penalty: AgentPenalty { get }
  /// Updates of the critics for each of the actor.
  var policyDelay: Int { get }
  /// Steps after which the matrices of state-dependent exploration are drawn anew; nil for once between updates.
  var explorationSteps: Int? { get }
  /// The roles that have a target.
  var targets: [String] { get }
  /// Tensors beside networks and their optimisers, as they begin, by name.
  var additionalState: [String: TensorValue] { get }

  /// The standard normal numbers that a program takes, by name.
  func draws(_ program: OffPolicyProgram) -> [String: Shape]

  /// The numbers from [0, 1) that a program takes, by name.
  func uniforms(_ program: OffPolicyProgram) -> [String: Shape]

  /// What the policy does to explore before noise is added, [N, A] within ±1.
  ///
  /// - Parameter draws: those of ``OffPolicyProgram/act``.
  func action(_ actor: Network, _ observations: Tensor, draws: NamedTensors) throws -> Tensor

  /// What the policy does when it does not explore, [N, A] within ±1, and the parameters of its distribution.
  func mode(_ actor: Network, _ observations: Tensor) throws -> (action: Tensor, distribution: NamedTensors)

  /// One step of the critics.
  ///
  /// - Throws: what autograd throws.
  func criticStep(_ state: NamedTensors, _ batch: ReplayBatch, draws: NamedTensors, rate: Tensor) throws -> StepResult

  /// One step of the actor.
  ///
  /// - Throws: what autograd throws.
  func actorStep(_ state: NamedTensors, _ observations: Tensor, draws: NamedTensors, rate: Tensor) throws -> StepResult
}

extension OffPolicyAlgorithm {
  /// Updates of the critics for each of the actor: one.
  public var policyDelay: Int { 1 }
  /// Once between updates.
  public var explorationSteps: Int? { nil }
  /// None.
  public func uniforms(_ program: OffPolicyProgram) -> [String: Shape] { [:] }
  /// Nothing.
  public var additionalState: [String: TensorValue] { [:] }
  /// The networks by role.
  public var roles: [String: Graph] { networks.roles }
  /// A step in each of the parallel environments.
  public var stepsPerAdvance: Int { environment.copies }

  /// The steps of an update of every network.
  public var cycle: Int {
    switch replay.updateFrequency {
    case .steps(let steps): steps * policyDelay
    case .episode: 1
    }
  }

  /// The first update of the actor.
  public var firstUpdate: FirstUpdate {
    let starts = "updates begin after \(replay.learningStarts) steps (learningStarts)"
    guard case .steps(let steps) = replay.updateFrequency else {
      return FirstUpdate(
        step: nil, earliest: replay.learningStarts + 1, arithmetic: "\(starts), after an episode's end")
    }
    let interval = steps * environment.copies
    let first = (replay.learningStarts / interval + 1) * interval
    let updates = replay.updates ?? interval
    // The actor's turn comes with every so many updates of the critics.
    let step = first + ((policyDelay + updates - 1) / updates - 1) * interval
    let delay = policyDelay > 1 ? ", the actor has one with every \(policyDelay) of the critics" : ""
    return FirstUpdate(
      step: step,
      arithmetic:
        "\(starts), every \(steps) steps in each of \(environment.copies) environments\(delay), at step \(step)")
  }

  /// A trainer before its first step.
  ///
  /// - Throws: `EnvironmentError` if there is no such environment.
  public func trainer(_ setup: TrainingSetup, _ runner: any ProgramRunner) throws -> any Trainer {
    try OffPolicyTrainer(self, setup, runner)
  }

  /// θ' ← τθ + (1 − τ)θ' for every target.
  public func targetStep(_ state: NamedTensors) -> NamedTensors {
    var next = state
    for role in targets {
      for (name, parameter) in network(role, state).parameters {
        guard let target = state["target/\(role)/\(name)"] else { preconditionFailure("'\(role)' has no target") }
        next["target/\(role)/\(name)"] = noGrad { replay.tau * parameter + (1 - replay.tau) * target }
      }
    }
    return next
  }
}
