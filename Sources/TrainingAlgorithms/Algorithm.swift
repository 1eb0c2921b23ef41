import Checkpointing
import GraphIR

/// A training algorithm with its networks and settings. Its programs compute the steps, and a trainer feeds them.
///
/// The state of the programs is a dictionary of tensors. It contains a network's parameters under its role, for example
/// `critic/linear1.weight`.
public protocol Algorithm: Sendable {
  /// The networks by role, in training mode.
  var roles: [String: Graph] { get }

  /// The types of all tensors that programs read or change, by name.
  var stateTypes: [String: TensorType] { get }

  /// The values of the state's tensors that are neither parameters of networks nor zero at step 0, by name. By default
  /// none.
  ///
  /// - Parameter parameters: the networks' initial parameters, named `ROLE/NAME`.
  func initialState(_ parameters: [String: TensorValue]) -> [String: TensorValue]

  /// Warnings about combinations that are allowed but likely a mistake, a sentence for each. By default none.
  var warnings: [String] { get }

  /// The number of calls of a trainer's ``Trainer/advance()`` after which every program has run.
  var cycle: Int { get }

  /// The steps of a run in one call of ``Trainer/advance()``. By default 1.
  var stepsPerAdvance: Int { get }

  /// The steps that a run needs before every network has had an update.
  var firstUpdate: FirstUpdate { get }

  /// The programs that train the networks, by name.
  ///
  /// - Throws: errors of tracing.
  func programs() throws -> [String: Graph]

  /// An agent's policy as a graph; nil, the default, if there is none. Its parameters have the names that they have in
  /// the state.
  ///
  /// - Throws: errors of tracing.
  func policyGraph() throws -> Graph?

  /// A trainer before its first step.
  ///
  /// - Parameters:
  ///   - setup: the data set, the seed and the target step.
  ///   - runner: runs the programs; it has the state's tensors.
  /// - Throws: ``AlgorithmError`` if the data do not fit, `EnvironmentError` if there is no such environment.
  func trainer(_ setup: TrainingSetup, _ runner: any ProgramRunner) throws -> any Trainer
}

extension Algorithm {
  /// None.
  public func initialState(_ parameters: [String: TensorValue]) -> [String: TensorValue] { [:] }
  /// None.
  public var warnings: [String] { [] }
  /// One.
  public var stepsPerAdvance: Int { 1 }
  /// None.
  public func policyGraph() throws -> Graph? { nil }

  /// The types of the networks' parameters, named as in the state.
  public var parameterTypes: [String: TensorType] {
    roles.reduce(into: [:]) { types, role in
      for parameter in role.value.parameters { types["\(role.key)/\(parameter.name)"] = parameter.type }
    }
  }

  /// A trainer at step 0.
  ///
  /// - Parameters:
  ///   - setup: the data set, the seed, the target step and the constructor of the runner.
  ///   - parameters: the networks' initial parameters, named `ROLE/NAME`.
  /// - Throws: ``AlgorithmError`` if a parameter is missing or does not fit; errors of
  ///   ``trainer(_:_:)``, of the environment and of the setup's runner.
  public func begin(_ setup: TrainingSetup, parameters: [String: TensorValue]) throws -> any Trainer {
    var trainer = try trainer(setup, runner(setup, initialTensors(parameters)))
    checkNames(ofPartsOf: trainer)
    try trainer.begin()
    return trainer
  }

  /// A resume takes tensors below a role for parameters, so that a part of that name could not be restored.
  private func checkNames<Chosen: Trainer>(ofPartsOf _: Chosen) {
    let names = Chosen.parts.map(\.name).filter { !$0.isEmpty }
    precondition(Set(names).count == names.count, "two parts of \(Chosen.self) have one name: \(names)")
    if let name = names.first(where: { roles[$0] != nil }) {
      preconditionFailure("the part '\(name)' of \(Chosen.self) has the name of a network; give it another")
    }
  }

  /// The tensors of the state at step 0: parameters, ``initialState(_:)``, and zeros for the others.
  func initialTensors(_ parameters: [String: TensorValue]) -> [String: TensorValue] {
    var tensors = parameters.merging(initialState(parameters)) { $1 }
    let own = parameterTypes
    for (name, type) in stateTypes where tensors[name] == nil && own[name] == nil {
      tensors[name] = TensorValue(repeating: 0, type: type)
    }
    return tensors
  }

  /// Checks that a network that `programs` train keeps its running statistics up to date.
  ///
  /// - Throws: ``AlgorithmError`` that names the network and the parameter.
  public func checkStatistics(in programs: [String: Graph]) throws {
    let updated = Set(programs.values.flatMap { $0.updates.map(\.parameter) })
    for (role, graph) in roles.sorted(by: { $0.key < $1.key }) {
      let isTrained = graph.parameters.contains { $0.isTrainable && updated.contains("\(role)/\($0.name)") }
      guard isTrained, let forgotten = graph.updates.first(where: { !updated.contains("\(role)/\($0.parameter)") })
      else { continue }
      throw AlgorithmError(
        .network,
        "the network '\(role)' has the running statistics '\(forgotten.parameter)', and no step of the algorithm "
          + "updates them, so the trained network would use their initial values. Let its step call "
          + "Network.training(_:) and merge the updates into the state, or use layers without running statistics")
    }
  }

  /// A trainer that continues from a checkpoint.
  ///
  /// - Throws: ``AlgorithmError`` if a tensor is missing or does not fit, `CheckpointError` if another part does not;
  ///   errors of ``trainer(_:_:)`` and of the setup's runner.
  public func resume(_ setup: TrainingSetup, _ state: TrainingState) throws -> any Trainer {
    var trainer = try trainer(setup, runner(setup, state.tensors))
    try trainer.restore(from: state, as: "")
    return trainer
  }

  /// The runner of the programs on the tensors that belong to them.
  private func runner(_ setup: TrainingSetup, _ tensors: [String: TensorValue]) throws -> any ProgramRunner {
    let types = stateTypes
    let networks = tensors.keys.filter { name in roles.keys.contains { name.hasPrefix($0 + "/") } }
    for name in Set(types.keys).union(networks).sorted() where tensors[name]?.type != types[name] {
      let (expected, found) = (types[name]?.description ?? "nothing", tensors[name]?.type.description ?? "nothing")
      throw AlgorithmError(.state, "the tensor '\(name)' of the state: expected \(expected), found \(found)")
    }
    return try setup.makeRunner(setup.programs ?? programs(), tensors.filter { types[$0.key] != nil })
  }
}
