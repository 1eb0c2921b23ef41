import Dispatch
import Environments
import GraphIR
import Synchronization

/// The environment that an agent is trained in.
public struct EnvironmentSettings: Sendable, Hashable, Codable {
  /// What an agent's actions are before the environment gets them.
  public enum ActionForm: Sendable {
    /// As the environment takes them; vectors beyond its bounds are clipped.
    case clipped
    /// Vectors within ±1, stretched to the environment's bounds.
    case rescaled
  }

  /// When states of one of Gymnasium's environments are saved.
  public enum Saving: String, Sendable, CaseIterable, Codable {
    /// Never: every resume begins new episodes.
    case never
    /// If a trial at the beginning of the run shows that they can be.
    case `try`
  }

  /// The environment's name.
  public var id: String
  /// Whether the environment is Gymnasium's, in a Python process, rather than zoo's own.
  public var isGymnasium = false
  /// What `gymnasium.make` is told besides the name.
  public var arguments: [String: GymnasiumArgument] = [:]
  /// The seconds that a call of one of Gymnasium's environments may take; nil for 60.
  public var timeout: Double?
  /// Whether states of one of Gymnasium's environments are saved; nil for where a trial allows it.
  public var save: Saving?
  /// Copies that move on together.
  public var copies = 1
  /// The number of steps after which an episode is cut off; nil for the task's own.
  public var timeLimit: Int?
  /// Whether observations are brought to mean 0 and variance 1, clipped to ±10, by moments of all that was observed.
  public var normalizeObservation = false
  /// Whether rewards are divided by the deviation of their discounted sums, clipped to ±10.
  public var normalizeReward = false

  /// The environments that ``id`` is looked up in. It is not stored: a run gets that of its zoo's catalogue.
  public var registry = EnvironmentRegistry.standard

  /// An environment by its name.
  public init(id: String) { self.id = id }

  private enum CodingKeys: String, CodingKey {
    case id, isGymnasium, arguments, timeout, save, copies, timeLimit, normalizeObservation, normalizeReward
  }

  /// The greatest magnitude of what normalisation gives, as in Stable-Baselines3's `VecNormalize`.
  static let normalizationClip = 10.0
  /// What is added to variances.
  static let normalizationEpsilon = 1e-8

  /// The environment with its wrappers.
  ///
  /// - Parameters:
  ///   - seed: what the copies' generators are seeded from.
  ///   - discount: γ, for the normalisation of rewards.
  ///   - actions: what the agent's actions are.
  ///   - copies: by default those of the settings.
  ///   - autoreset: when a copy whose episode has ended begins a new one; by default in the same step.
  /// - Throws: `EnvironmentError` where there is no such environment or a setting is out of range.
  public func make(
    seed: UInt64, discount: Double, actions: ActionForm, copies: Int? = nil, autoreset: AutoresetMode = .sameStep
  ) throws -> any VectorEnvironment {
    var environment =
      try RecordEpisodeStatistics(
        base(seed: seed, copies: copies ?? self.copies, autoreset)) as any VectorEnvironment
    if case .box = environment.actionSpace {
      switch actions {
      case .clipped: environment = try ClipAction(environment)
      case .rescaled: environment = try ClipAction(RescaleAction(environment))
      }
    }
    if normalizeObservation {
      environment = try NormalizeObservation(
        environment, epsilon: Self.normalizationEpsilon, clip: Self.normalizationClip)
    }
    if normalizeReward {
      environment = try NormalizeReward(
        environment, discount: discount, epsilon: Self.normalizationEpsilon, clip: Self.normalizationClip)
    }
    return environment
  }

  /// The environment for an evaluation: rewards as they are, observations normalised by moments that stay.
  ///
  /// - Parameters:
  ///   - seed: what the copies' generators are seeded from.
  ///   - actions: what the agent's actions are.
  ///   - copies: how many.
  ///   - moments: those of training.
  ///   - autoreset: when a new episode starts; by default in the next step, so that none starts needlessly.
  /// - Throws: as ``make(seed:discount:actions:copies:autoreset:)``.
  public func makeForEvaluation(
    seed: UInt64, actions: ActionForm, copies: Int, moments: RunningMoments<Float>?,
    autoreset: AutoresetMode = .nextStep
  ) throws -> any VectorEnvironment {
    var settings = self
    (settings.normalizeObservation, settings.normalizeReward) = (false, false)
    let environment = try settings.make(
      seed: seed, discount: 1, actions: actions, copies: copies, autoreset: autoreset)
    guard normalizeObservation, let moments else { return environment }
    return try NormalizeObservation(
      environment, epsilon: Self.normalizationEpsilon, clip: Self.normalizationClip, moments: moments, updates: false)
  }

  /// What the agent sees and may do.
  ///
  /// - Throws: as ``make(seed:discount:actions:copies:autoreset:)``.
  public func spaces() throws -> EnvironmentSpaces { try probed(.none).spaces }

  /// The number of steps after which an episode is cut off, where it is known without a look at the environment.
  var knownTimeLimit: Int? {
    guard timeLimit == nil, !isGymnasium else { return timeLimit }
    return try? EnvironmentID(rawValue: id)?.make(seed: 0).timeLimit
  }

  /// The results of a trial of one of Gymnasium's environments: the reasons why saved states can't continue episodes,
  /// and why equal seeds don't give equal episodes; nil where none was found.
  ///
  /// - Throws: as ``make(seed:discount:actions:copies:autoreset:)``, and where the environment doesn't keep to
  ///   Gymnasium's interface.
  public func obstacles() throws -> (saving: String?, seeding: String?) {
    let probe = try probed(save == .never ? .steps : .saving)
    return (probe.savingObstacle, probe.seedingObstacle)
  }

  private static let slowTrial = Mutex<@Sendable (String) -> Void>({ _ in })

  /// Sets what this process calls with a sentence for the user if a trial takes more than a few seconds; by default nothing.
  public static func onSlowTrial(_ tell: @escaping @Sendable (String) -> Void) { slowTrial.withLock { $0 = tell } }

  private static let secondsOfATrial = 4.0

  private struct Probe {
    var spaces: EnvironmentSpaces
    var trial = GymnasiumTrial.saving
    var savingObstacle: String?
    var seedingObstacle: String?
  }

  /// The probes of Gymnasium's environments in this process. A run's trial is its recipe's: a process takes a second to start, and steps may be
  /// slow.
  private static let probes = Mutex<[EnvironmentSettings: Probe]>([:])

  /// The settings that a probe depends on.
  private var probeKey: EnvironmentSettings {
    var key = EnvironmentSettings(id: id)
    (key.isGymnasium, key.arguments, key.timeout, key.save) = (true, arguments, timeout, save)
    return key
  }

  private func probed(_ trial: GymnasiumTrial) throws -> Probe {
    guard isGymnasium else {
      let environment = try registry.make(id, .init(count: 1, seed: 0))
      return Probe(
        spaces: EnvironmentSpaces(observation: environment.observationSpace, action: environment.actionSpace))
    }
    let key = probeKey
    if let known = Self.probes.withLock({ $0[key] }), trial == .none || known.trial == trial {
      return known
    }
    let notice = DispatchWorkItem { [id, tell = Self.slowTrial.withLock({ $0 })] in
      tell(
        "the trial of '\(id)' takes a while: some steps, "
          + (trial == .saving ? "three times, to see whether it can be saved (save: never leaves that out)" : "once"))
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.secondsOfATrial, execute: notice)
    defer { notice.cancel() }
    let found = try GymnasiumProbe(id, arguments: arguments, trial: trial, timeout: patience)
    let probe = Probe(
      spaces: EnvironmentSpaces(observation: found.observationSpace, action: found.actionSpace), trial: trial,
      savingObstacle: found.savingObstacle, seedingObstacle: found.seedingObstacle)
    Self.probes.withLock { $0[key] = probe }
    return probe
  }

  private var patience: Duration { timeout.map { .seconds(min(max($0, 1e-3), 1e6)) } ?? GymnasiumEnvironment.timeout }

  /// The environment. What a trial has shown is known; otherwise, as on resume, saving is tried when it is due.
  private func base(seed: UInt64, copies: Int, _ autoreset: AutoresetMode) throws -> any VectorEnvironment {
    guard isGymnasium else {
      return try registry.make(
        id, .init(count: copies, seed: seed, timeLimit: timeLimit, autoresetMode: autoreset))
    }
    let obstacle = save == .never ? "the run saves none" : Self.probes.withLock { $0[probeKey]?.savingObstacle }
    return try GymnasiumEnvironment(
      id, arguments: arguments, count: copies, seed: seed, timeLimit: timeLimit, autoresetMode: autoreset,
      timeout: patience, trial: .none, savingObstacle: obstacle)
  }
}

/// What an agent sees and may do.
public struct EnvironmentSpaces: Sendable, Equatable {
  /// What it sees.
  public let observation: Box
  /// What it may do.
  public let action: ActionSpace

  /// The numbers of an observation.
  public var observationWidth: Int { observation.count }

  /// The number that the environment gives the first choice; 0 where actions are vectors.
  public var firstChoice: Int {
    switch action {
    case .discrete(_, let start): start
    case .box: 0
    }
  }

  /// The numbers of an action in a program: one for each choice, of which one is 1, or a vector's.
  public var actionWidth: Int {
    switch action {
    case .discrete(let count, _): count
    case .box(let box): box.count
    }
  }
}
