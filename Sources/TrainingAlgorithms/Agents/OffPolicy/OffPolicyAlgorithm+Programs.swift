import Autograd
import GraphIR
import NN

extension OffPolicyAlgorithm {
  /// The programs by name, for the settings' number of environments and batch size.
  ///
  /// - Throws: the errors of the steps.
  public func programs() throws -> [String: Graph] {
    let cases = OffPolicyProgram.allCases.filter { $0 != .actor || self is any OffPolicyActorCritic }
    return Dictionary(uniqueKeysWithValues: try cases.map { ($0.rawValue, try program($0)) })
  }

  /// The policy as a graph: see `PolicyGraph`.
  ///
  /// - Throws: `GraphError`.
  public func policyGraph() throws -> Graph? {
    let policy = try PolicyGraph(environment, spaces, dtype: dtype)
    let (action, distribution) = try mode(policy.network(policyNetwork, role: policyRole), policy.states)
    return try policy.graph(mode: action, isRescaled: true, distribution: distribution)
  }

  private var policyNetwork: Graph {
    guard let graph = roles[policyRole] else { preconditionFailure("there is no network '\(policyRole)'") }
    return graph
  }

  /// The element type of all networks.
  private var dtype: DataType { policyNetwork.inputs[0].type.dtype }

  /// The types of all tensors that programs read or change, named as in the state.
  public var stateTypes: [String: TensorType] {
    var types = additionalState.mapValues(\.type)
    for (role, graph) in roles {
      let parameters = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.type) })
      types.merge(parameters, under: role)
      if targets.contains(role) { types.merge(parameters, under: "target/\(role)") }
      let trainable = graph.parameters.filter(\.isTrainable).map { ("\(role)/\($0.name)", $0.type) }
      types.merge(
        optimizer.base.stateTypes(for: Dictionary(uniqueKeysWithValues: trainable)), under: optimizerName(of: role))
    }
    return types
  }

  /// The targets, initialised with the networks that they follow, and the additional state.
  public func initialState(_ parameters: [String: TensorValue]) -> [String: TensorValue] {
    var state = additionalState.filter { parameters[$0.key] == nil }
    for role in targets { state.merge(parameters.scoped(role), under: "target/\(role)") }
    return state
  }

  private func program(_ program: OffPolicyProgram) throws -> Graph {
    let builder = try ProgramBuilder(program.rawValue, state: stateTypes)
    let state = builder.state
    func input(_ name: String, _ shape: Shape) throws -> Tensor {
      try builder.input(name, TensorType(dtype, shape))
    }
    func observations(_ count: Int) throws -> Tensor {
      try input(OffPolicyProgram.observation, [count, spaces.observationWidth])
    }
    func draws() throws -> NamedTensors {
      var tensors: NamedTensors = [:]
      for (name, shape) in self.draws(program).sorted(by: { $0.key < $1.key }) {
        tensors[name] = try input(OffPolicyProgram.normal(name), shape)
      }
      for (name, shape) in uniforms(program).sorted(by: { $0.key < $1.key }) {
        tensors[name] = try input(OffPolicyProgram.uniform(name), shape)
      }
      return tensors
    }
    func rate() throws -> Tensor { try input(OffPolicyProgram.rate, []) }
    func add(_ result: StepResult) throws {
      try builder.output(result.metrics)
      builder.update(to: result.state)
    }
    let policy = network(policyRole, state)
    switch program {
    case .act:
      try builder.output(action(policy, observations(environment.copies), draws: draws()), named: "action")
    case .evaluate:
      try builder.output(mode(policy, observations(evaluation.episodes)).action, named: "action")
    case .critic:
      try add(criticStep(state, batch(input), draws: draws(), rate: rate()))
    case .actor:
      let observations = try input(
        ReplayBatch.Field.observations.rawValue, [replay.batch, spaces.observationWidth])
      guard let algorithm = self as? any OffPolicyActorCritic else { preconditionFailure("there is no actor") }
      try add(algorithm.actorStep(state, observations, draws: draws(), rate: rate()))
    case .targets:
      try add((targetStep(state), [:]))
    }
    return builder.graph
  }

  private func batch(_ input: (String, Shape) throws -> Tensor) throws -> ReplayBatch {
    let (states, actions) = (spaces.observationWidth, spaces.actionWidth)
    func field(_ field: ReplayBatch.Field, _ width: Int) throws -> Tensor {
      try input(field.rawValue, [replay.batch, width])
    }
    return ReplayBatch(
      observations: try field(.observations, states), actions: try field(.actions, actions),
      rewards: try field(.rewards, 1), dones: try field(.dones, 1),
      nextObservations: try field(.nextObservations, states))
  }
}
