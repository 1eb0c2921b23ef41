import Checkpointing
import Environments
import GraphIR

/// The parallel environments that an agent is trained in, and the agent's observations.
struct TrainingEnvironment: Checkpointed {
  /// The environments with their wrappers.
  private(set) var environment: any VectorEnvironment
  /// The observations, rewards and ends of the latest step.
  private(set) var current: VectorStep
  /// The last observations of the episodes that a checkpoint could not save; nil if all continue.
  private(set) var lostObservations: [Float]?

  init(_ environment: any VectorEnvironment) {
    self.environment = environment
    current = VectorStep(for: environment)
  }

  /// The number of parallel environments.
  var count: Int { environment.count }

  /// Starts the first episodes.
  mutating func begin(seed: UInt64) throws { try environment.reset(seed: seed, into: &current) }

  /// Takes a step in each environment.
  mutating func step(_ actions: ActionBatch) throws { try environment.step(actions, into: &current) }

  /// The mean return and length of the latest episodes, if one has just ended.
  var episodeMetrics: [String: Double] {
    guard !current.episodes.isEmpty else { return [:] }
    return environment.layer(RecordEpisodeStatistics.self)?.means ?? [:]
  }

  private static let observation = "agent/observation"
  private var observationType: TensorType { TensorType(.float32, [count, environment.observationSpace.count]) }

  /// Adds `environment/LAYER/NAME` and `agent/observation`.
  func save(to state: inout TrainingState, as name: String) throws {
    state.tensors.merge(try environment.state.tensors) { $1 }
    state.tensors[Self.observation] = TensorValue(current.observations, shape: observationType.shape)
  }

  /// Restores the state of a checkpoint. If the environment can't continue its episodes, new ones begin, and
  /// ``lostObservations`` is set.
  mutating func restore(from state: TrainingState, as name: String) throws {
    let saved = EnvironmentState(in: state.tensors)
    try environment.restore(saved)
    let last: [Float] = try state.tensor(Self.observation, observationType).elements()
    if saved.continuesEpisodes {
      current.observations = last
    } else {
      try environment.reset(seed: nil, into: &current)
      lostObservations = last
    }
  }
}
