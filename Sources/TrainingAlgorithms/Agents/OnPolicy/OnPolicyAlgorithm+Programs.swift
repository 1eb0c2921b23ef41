import Autograd
import GraphIR
import NN

/// The programs of on-policy algorithms.
enum OnPolicyProgram: String, CaseIterable {
  /// Draws actions: `action`, `logProbability` and `value`.
  case act
  /// Values of states: `value`.
  case value
  /// One update.
  case update
  /// The most likely actions, for evaluations: `action`.
  case evaluate

  /// States, [envs, S].
  static let observation = "env/observation"
  /// The uniform draws of actions.
  static let uniform = "uniform/action"
  /// The normal draws of actions.
  static let normal = "normal/action"
  /// The present value of a schedule.
  static func scheduled(_ name: String) -> String { "schedule/\(name)" }
}

extension OnPolicyAlgorithm {
  /// The programs by name, for the settings' number of environments and batch size.
  ///
  /// - Throws: the errors of the update.
  public func programs() throws -> [String: Graph] {
    Dictionary(uniqueKeysWithValues: try OnPolicyProgram.allCases.map { ($0.rawValue, try program($0)) })
  }

  /// The name of the input with draws.
  var drawsInput: String { policy.draws(count: 1).isNormal ? OnPolicyProgram.normal : OnPolicyProgram.uniform }

  private func program(_ program: OnPolicyProgram) throws -> Graph {
    let builder = try ProgramBuilder(program.rawValue, state: stateTypes)
    let (state, dtype) = (builder.state, policy.actor.inputs[0].type.dtype)
    func input(_ name: String, _ shape: Shape) throws -> Tensor { try builder.input(name, TensorType(dtype, shape)) }
    switch program {
    case .act, .value:
      let copies = environment.copies
      let states = try input(OnPolicyProgram.observation, [copies, policy.spaces.observationWidth])
      if program == .act {
        let distribution = try policy.distribution(
          Network(policy.actor, parameters: state.scoped("actor")), states)
        let actions = distribution.sample(try input(drawsInput, policy.draws(count: copies).shape))
        try builder.output(actions, named: "action")
        try builder.output(distribution.logProbability(of: actions), named: "logProbability")
      }
      let critic = Network(policy.critic, parameters: state.scoped("critic"))
      try builder.output(policy.value(critic, states), named: "value")
    case .evaluate:
      let states = try input(OnPolicyProgram.observation, [evaluation.episodes, policy.spaces.observationWidth])
      let actor = Network(policy.actor, parameters: state.scoped("actor"))
      try builder.output(policy.distribution(actor, states).mode, named: "action")
    case .update:
      func field(_ field: RolloutBatch.Field, _ width: [Int] = []) throws -> Tensor {
        try input(field.rawValue, Shape([self.batch] + width))
      }
      let batch = RolloutBatch(
        observations: try field(.observations, [policy.spaces.observationWidth]),
        actions: try field(.actions, [policy.spaces.actionWidth]), logProbabilities: try field(.logProbabilities),
        values: try field(.values), advantages: try field(.advantages), returns: try field(.returns))
      var scheduled: [String: Tensor] = [:]
      for name in schedules.keys.sorted() { scheduled[name] = try input(OnPolicyProgram.scheduled(name), []) }
      let result = try update(state, batch, scheduled: scheduled)
      try builder.output(result.metrics)
      builder.update(to: result.state)
    }
    return builder.graph
  }
}
