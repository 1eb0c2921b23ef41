import Algorithms
import Datasets
import GraphIR

/// What a run has beside its algorithm.
struct TrainingSetup {
  /// What networks are trained on; nil for agents.
  var data: (any ImageDataset)?
  /// The step at which the run ends.
  var target: Int
  /// The programs that the run began with; nil for the algorithm's own.
  var programs: [String: Graph]?
  /// Makes what runs the programs.
  var makeRunner: MakeProgramRunner
}

/// An algorithm with its networks, as runs of it begin and go on.
protocol RunnableAlgorithm: Sendable {
  /// What is allowed and yet likely a mistake: a sentence for each.
  var warnings: [String] { get }
  /// Calls of a trainer's `advance` after which everything has had its turn.
  var cycle: Int { get }
  /// The steps that a run needs before it learns anything.
  var firstUpdate: FirstUpdate { get }
  /// The steps of a run in one call of `advance`.
  var stride: Int { get }

  /// The programs that train the networks, by name.
  ///
  /// - Throws: what tracing throws.
  func programs() throws -> [String: Graph]

  /// An agent's policy; nil for what is no agent.
  ///
  /// - Throws: what tracing throws.
  func policyGraph() throws -> Graph?

  /// A trainer at step 0.
  ///
  /// - Parameters:
  ///   - parameters: the networks' first parameters, named `ROLE/NAME`.
  ///   - seed: what every random stream starts from.
  /// - Throws: what trainers throw.
  func begin(_ setup: TrainingSetup, parameters: [String: TensorValue], seed: UInt64) throws -> any Trainer

  /// A trainer where a checkpoint left off.
  ///
  /// - Throws: what trainers throw.
  func resume(_ setup: TrainingSetup, _ state: TrainingState) throws -> any Trainer
}

extension RunnableAlgorithm {
  var warnings: [String] { [] }

  /// The graphs that a run of the algorithm keeps.
  func graphs(_ networks: [String: Graph]) throws -> RunGraphs {
    var networks = networks
    networks[RunGraphs.policy] = try policyGraph()
    return RunGraphs(networks: networks, programs: try programs())
  }
}

extension WGANGP: RunnableAlgorithm {
  var cycle: Int { settings.criticSteps }
  var stride: Int { 1 }

  func policyGraph() throws -> Graph? { nil }

  func begin(_ setup: TrainingSetup, parameters: [String: TensorValue], seed: UInt64) throws -> any Trainer {
    try WGANGPTrainer(
      self, data: setup.images, parameters: parameters, seed: seed, programs: setup.programs,
      makeRunner: setup.makeRunner)
  }

  func resume(_ setup: TrainingSetup, _ state: TrainingState) throws -> any Trainer {
    try WGANGPTrainer(
      self, data: setup.images, resuming: state, programs: setup.programs, makeRunner: setup.makeRunner)
  }
}

extension TrainingSetup {
  /// - Throws: ``ModelZooError`` where a run that needs a data set names none.
  fileprivate var images: any ImageDataset {
    get throws {
      guard let data else { throw ModelZooError(.invalidRun, "the run names no data set, which its algorithm needs") }
      return data
    }
  }
}

extension PPO: RunnableAlgorithm {}
extension A2C: RunnableAlgorithm {}

extension DDPG: RunnableAlgorithm {}
extension TD3: RunnableAlgorithm {}
extension SAC: RunnableAlgorithm {}
extension Imitation: RunnableAlgorithm {}

extension RunnableAlgorithm where Self: OffPolicyAlgorithm {
  var stride: Int { environment.copies }
  var cycle: Int {
    switch replay.updateFrequency {
    case .steps(let steps): steps * policyDelay
    case .episode: 1
    }
  }

  func policyGraph() throws -> Graph? { try policy() }

  func begin(_ setup: TrainingSetup, parameters: [String: TensorValue], seed: UInt64) throws -> any Trainer {
    try OffPolicyTrainer(
      self, parameters: parameters, seed: seed, target: setup.target, programs: setup.programs,
      makeRunner: setup.makeRunner)
  }

  func resume(_ setup: TrainingSetup, _ state: TrainingState) throws -> any Trainer {
    try OffPolicyTrainer(
      self, resuming: state, target: setup.target, programs: setup.programs, makeRunner: setup.makeRunner)
  }
}

extension RunnableAlgorithm where Self: OnPolicyAlgorithm {
  var cycle: Int { rollout.steps }
  var stride: Int { environment.copies }

  func policyGraph() throws -> Graph? { try policy.graph(in: environment) }

  func begin(_ setup: TrainingSetup, parameters: [String: TensorValue], seed: UInt64) throws -> any Trainer {
    try OnPolicyTrainer(
      self, parameters: parameters, seed: seed, target: setup.target, programs: setup.programs,
      makeRunner: setup.makeRunner)
  }

  func resume(_ setup: TrainingSetup, _ state: TrainingState) throws -> any Trainer {
    try OnPolicyTrainer(
      self, resuming: state, target: setup.target, programs: setup.programs, makeRunner: setup.makeRunner)
  }
}
