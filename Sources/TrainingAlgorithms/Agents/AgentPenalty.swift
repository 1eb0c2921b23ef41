import Autograd
import GraphIR
import NN

/// A gradient penalty on an agent's policy or critic, as a recipe describes it.
public struct AgentPenalty: Sendable, Hashable, Codable {
  /// The network that is penalised.
  public enum Target: String, Sendable, Codable, CaseIterable {
    /// The policy, with respect to states.
    case actor
    /// The critics.
    case critic
  }

  /// The quantity of the policy that is differentiated.
  public enum Quantity: String, Sendable, Codable, CaseIterable {
    /// The action or its mean, or the logits of discrete actions.
    case action
    /// log π(a|s) at the actions of the batch.
    case logProbability = "log-probability"
  }

  /// The inputs with respect to which a critic is differentiated.
  public enum Inputs: String, Sendable, Codable, CaseIterable {
    /// ∂Q/∂s.
    case states
    /// ∂Q/∂a.
    case actions
    /// Both, concatenated.
    case both
  }

  /// The network that is penalised.
  public var network = Target.actor
  /// The weight of the penalty in the loss; 0 for no penalty.
  public var weight = 0.0
  /// The quantity of the policy that is differentiated.
  public var quantity = Quantity.action
  /// The inputs with respect to which a critic is differentiated.
  public var respectTo = Inputs.states
  /// The form of the penalty: by default ‖∂f/∂x‖² of every sample, over all outputs and inputs.
  public var gradient = GradientPenalty(target: 0, output: .jacobian)

  /// No penalty: the weight is 0.
  public init() {}

  /// The penalty of a policy at states.
  ///
  /// - Parameters:
  ///   - states: [N, S].
  ///   - policy: a function from [N, S] to [N, A], or to [N, 1] for a log-probability.
  /// - Returns: a scalar, not yet weighted; nil if the actor is not penalised.
  /// - Throws: as `GradientPenalty`.
  func ofActor(at states: Tensor, _ policy: (Tensor) throws -> Tensor) throws -> Tensor? {
    guard network == .actor, weight > 0 else { return nil }
    return try gradient(policy, at: states)
  }

  /// The penalty of a critic.
  ///
  /// - Parameters:
  ///   - states: [N, S].
  ///   - actions: [N, A].
  ///   - critic: a function from states and actions to [N, 1].
  /// - Returns: a scalar, not yet weighted; nil if the critic is not penalised.
  /// - Throws: as `GradientPenalty`.
  func ofCritic(
    states: Tensor, actions: Tensor, _ critic: (_ states: Tensor, _ actions: Tensor) throws -> Tensor
  ) throws -> Tensor? {
    guard network == .critic, weight > 0 else { return nil }
    switch respectTo {
    case .states: return try gradient({ try critic($0, actions) }, at: states)
    case .actions: return try gradient({ try critic(states, $0) }, at: actions)
    case .both: return try gradient({ try critic($0[0], $0[1]) }, at: [states, actions])
    }
  }

  /// Checks the settings. A setting without effect, such as the actions for a function of states alone, is an error.
  ///
  /// - Parameters:
  ///   - criticTakesActions: whether the critic is Q(s, a) rather than V(s).
  ///   - policyHasDensity: whether the policy samples its actions.
  /// - Throws: ``AlgorithmError`` if a value is out of range, or the algorithm's networks have no such gradient.
  func validate(criticTakesActions: Bool = true, policyHasDensity: Bool = true) throws {
    try SettingCheck.nonnegative("penalty.weight", weight)
    let isOnActor = network == .actor
    let function = isOnActor ? "an actor" : "this algorithm's critic"
    try SettingCheck.require(
      "penalty.respectTo", respectTo.rawValue, "states, as \(function) is a function of states alone"
    ) { $0 == Inputs.states.rawValue || !isOnActor && criticTakesActions }
    let reason = isOnActor ? "a deterministic policy has no density" : "the critic is penalised, not the policy"
    try SettingCheck.require("penalty.of", quantity.rawValue, "action, as \(reason)") {
      $0 == Quantity.action.rawValue || isOnActor && policyHasDensity
    }
    do {
      try gradient.validate()
    } catch {
      throw AlgorithmError(.setting, "settings: penalty", setting: "penalty", cause: error)
    }
  }
}
