import Autograd
import GraphIR
import NN

/// An algorithm that learns from a replay buffer, with the transitions of earlier policies.
///
/// An update is a step of the critics. Every `policyDelay`-th update adds one of the actor, if there is one, and one of
/// the targets. Each is a pure function of the state, whose names are `critic1/NAME`, `target/critic1/NAME`,
/// `critic/adam/…`. ``OffPolicyActorCritic`` adds the actor.
public protocol OffPolicyAlgorithm: Algorithm {
  // `environment` and `evaluation` are requirements of OnPolicyAlgorithm, too. A common protocol would have these two
  // only. The list of VectorEnvironment looks alike, and has nothing in common.

  /// The spaces of observations and actions.
  var spaces: EnvironmentSpaces { get }
  /// The environment.
  var environment: EnvironmentSettings { get }
  /// The interval and the episodes of evaluations.
  var evaluation: EvaluationSettings { get }
  /// The collection and the use of transitions.
  var replay: ReplaySettings { get }
  /// The learning rate of all networks.
  var rate: Schedule { get }
  /// The optimiser of each network. Its learning rate is ``rate``.
  var optimizer: AnyOptimizer { get }
  /// The role of the network that acts.
  var policyRole: String { get }
  /// The updates of the critics for each update of the actor and the targets. By default 1.
  var policyDelay: Int { get }
  /// The width of the features that exploration depends on; nil, the default, if it does not depend on the state.
  var latentWidth: Int? { get }
  /// Steps between draws of the matrices of state-dependent exploration; nil, the default, for once between updates.
  var explorationSteps: Int? { get }
  /// The roles that have a target.
  var targets: [String] { get }
  /// Tensors beside networks and their optimisers, with their initial values, by name. By default none.
  var additionalState: [String: TensorValue] { get }

  /// The name of a role's optimiser in the state: `critic/adam`.
  func optimizerName(of role: String) -> String

  /// The standard normal draws of a program, by name.
  func draws(_ program: OffPolicyProgram) -> [String: Shape]

  /// The uniform draws from [0, 1) of a program, by name. By default none.
  func uniforms(_ program: OffPolicyProgram) -> [String: Shape]

  /// The actions that explore before noise is added, [N, A]: within ±1, or one-hot rows for discrete actions.
  ///
  /// - Parameters:
  ///   - policy: the network of ``policyRole``.
  ///   - observations: s, [N, S].
  ///   - draws: those of ``OffPolicyProgram/act``.
  func action(_ policy: Network, _ observations: Tensor, draws: NamedTensors) throws -> Tensor

  /// The actions of evaluations, [N, A], as those of ``action(_:_:draws:)``, and the parameters of their distribution.
  func mode(_ policy: Network, _ observations: Tensor) throws -> (action: Tensor, distribution: NamedTensors)

  /// One step of the critics.
  ///
  /// - Throws: autograd's errors.
  func criticStep(_ state: NamedTensors, _ batch: ReplayBatch, draws: NamedTensors, rate: Tensor) throws -> StepResult
}

extension OffPolicyAlgorithm {
  /// One.
  public var policyDelay: Int { 1 }
  /// Once between updates.
  public var explorationSteps: Int? { nil }
  /// None.
  public func uniforms(_ program: OffPolicyProgram) -> [String: Shape] { [:] }
  /// Exploration does not depend on the state.
  public var latentWidth: Int? { nil }
  /// None.
  public var additionalState: [String: TensorValue] { [:] }
  /// `ROLE/OPTIMIZER`.
  public func optimizerName(of role: String) -> String { "\(role)/\(optimizer.name)" }
  /// A step in each of the parallel environments.
  public var stepsPerAdvance: Int { environment.copies }

  /// The steps of an update of every network.
  public var cycle: Int {
    switch replay.updateFrequency {
    case .steps(let steps): steps * policyDelay
    case .episode: 1
    }
  }

  /// The first update of every network.
  public var firstUpdate: FirstUpdate {
    let starts = "updates begin after \(replay.learningStarts) steps (learningStarts)"
    // The actor is updated with every `policyDelay`-th update of the critics.
    let policyDelay = self is any OffPolicyActorCritic ? policyDelay : 1
    let delay = policyDelay > 1 ? ", with one of the actor for every \(policyDelay) of the critics" : ""
    guard case .steps(let steps) = replay.updateFrequency else {
      let rounds = replay.updates.map { (policyDelay + $0 - 1) / $0 } ?? 1
      let latest = environment.knownTimeLimit.map { limit in
        let rounds = replay.updates == nil ? (policyDelay + limit - 1) / limit : rounds
        return (replay.learningStarts / limit + rounds) * limit
      }
      return FirstUpdate(
        step: nil, earliest: replay.learningStarts + rounds, latest: latest,
        arithmetic: "\(starts), after an episode's end\(delay)")
    }
    let interval = steps * environment.copies
    let first = (replay.learningStarts / interval + 1) * interval
    let updates = replay.updates ?? interval
    let step = first + ((policyDelay + updates - 1) / updates - 1) * interval
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
      // In a fixed order, so that equal settings have equal graphs.
      for (name, parameter) in network(role, state).parameters.sorted(by: { $0.key < $1.key }) {
        guard let target = state["target/\(role)/\(name)"] else { preconditionFailure("'\(role)' has no target") }
        next["target/\(role)/\(name)"] = noGrad { replay.tau * parameter + (1 - replay.tau) * target }
      }
    }
    return next
  }
}
