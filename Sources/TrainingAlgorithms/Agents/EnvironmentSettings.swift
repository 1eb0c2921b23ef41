import Dispatch
import Environments
import GraphIR
import Synchronization

/// The environment that an agent is trained in.
public struct EnvironmentSettings: Sendable, Hashable, Codable {
  /// The form of an agent's actions before the environment gets them.
  public enum ActionForm: Sendable {
    /// The environment's own actions; vectors beyond its bounds are clipped.
    case clipped
    /// Vectors within ±1, stretched to the environment's bounds.
    case rescaled
  }

  /// The conditions under which the states of a Gymnasium environment are saved.
  public enum Saving: String, Sendable, CaseIterable, Codable {
    /// Never: each resume begins new episodes.
    case never
    /// If a trial at the start of the run shows that they can be saved.
    case `try`
  }

  /// The environment's name.
  public var id: String
  /// Whether the environment is one of Gymnasium's, in a Python process.
  public var isGymnasium = false
  /// The arguments of `gymnasium.make` besides the name.
  public var arguments: [String: GymnasiumArgument] = [:]
  /// The folder in which Python looks for a Gymnasium environment's module first; nil for none.
  public var folder: String?
  /// The longest time of a call of a Gymnasium environment, in seconds; nil for 60.
  public var timeout: Double?
  /// Whether the states of a Gymnasium environment are saved; nil for ``Saving/try``.
  public var save: Saving?
  /// The parts of a Gymnasium environment's observations when the run started; nil for other environments and runs of
  /// early versions.
  public var observation: [ObservationPart]?
  /// The number of parallel environments.
  public var copies = 1
  /// The number of processes that compute the parallel environments of a Gymnasium environment; nil for 1.
  public var workers: Int?
  /// The number of steps after which an episode is cut off; nil for the task's own limit.
  public var timeLimit: Int?
  /// The number of latest observations that the networks see together, the oldest first; nil for 1.
  public var frames: Int?
  /// Whether observations are normalised to mean 0 and variance 1 by the moments of all observations, clipped to ±10.
  public var normalizeObservation = false
  /// Whether rewards are divided by the standard deviation of their discounted sums, clipped to ±10.
  public var normalizeReward = false

  /// The environments by name. They are not stored: a run uses those of its zoo's catalogue.
  public var registry = EnvironmentRegistry.standard

  /// Creates the settings of an environment by its name.
  public init(id: String) { self.id = id }

  private enum CodingKeys: String, CodingKey {
    case id, isGymnasium, arguments, folder, timeout, save, observation, copies, workers
    case timeLimit, frames, normalizeObservation, normalizeReward
  }

  /// The greatest magnitude of a normalised value, as in Stable-Baselines3's `VecNormalize`.
  static let normalizationClip = 10.0
  /// The value added to variances.
  static let normalizationEpsilon = 1e-8

  /// Creates the environment with its wrappers.
  ///
  /// - Parameters:
  ///   - seed: the seed of the environments' generators.
  ///   - discount: γ, for the normalisation of rewards.
  ///   - actions: the form of the agent's actions.
  ///   - copies: the number of parallel environments; by default that of the settings.
  ///   - autoreset: the step in which an environment begins a new episode; by default the step that ends the old one.
  /// - Throws: `EnvironmentError` if there is no such environment or a setting is out of range.
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
    if let frames { environment = try FrameStack(environment, frames: frames) }
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

  /// Creates the environment for an evaluation: rewards are not normalised, observations by constant moments.
  ///
  /// - Parameters:
  ///   - seed: the seed of the environments' generators.
  ///   - actions: the form of the agent's actions.
  ///   - copies: the number of parallel environments.
  ///   - moments: the moments of training.
  ///   - autoreset: the step in which a new episode begins; by default the next one, as none then begins needlessly.
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

  /// Returns the spaces of observations and actions.
  ///
  /// - Throws: as ``make(seed:discount:actions:copies:autoreset:)``, and if the observations have other parts than
  ///   ``observation``.
  public func spaces() throws -> EnvironmentSpaces {
    let spaces = try probed(.none).spaces
    let found = spaces.observationParts
    guard let observation, observation != found else { return spaces.stacking(frames ?? 1) }
    let place = zip(observation, found).prefix { $0 == $1 }.count
    func part(_ parts: [ObservationPart]) -> String { place < parts.count ? "'\(parts[place])'" : "no part" }
    throw EnvironmentError(
      .invalidSetting,
      "\(id): part \(place) of its observations is \(part(found)), expected \(part(observation)) as at the start of "
        + "the run; restore the environment")
  }

  /// The number of steps after which an episode is cut off; nil if only the environment itself knows it.
  var knownTimeLimit: Int? {
    guard timeLimit == nil, !isGymnasium else { return timeLimit }
    return try? EnvironmentID(rawValue: id)?.make(seed: 0).timeLimit
  }

  /// Returns the results of a trial of a Gymnasium environment: the reasons why saved states can't continue episodes,
  /// and why equal seeds don't produce equal episodes. A reason is nil if the trial found none.
  ///
  /// - Throws: as ``make(seed:discount:actions:copies:autoreset:)``, and if the environment violates Gymnasium's
  ///   interface.
  public func obstacles() throws -> (saving: String?, seeding: String?) {
    let probe = try probed(save == .never ? .steps : .saving)
    return (probe.savingObstacle, probe.seedingObstacle)
  }

  private static let slowTrial = Mutex<@Sendable (String) -> Void>({ _ in })

  /// Sets the function that gets a sentence for the user if a trial takes more than 4 seconds; by default none.
  public static func onSlowTrial(_ tell: @escaping @Sendable (String) -> Void) { slowTrial.withLock { $0 = tell } }

  private static let secondsOfATrial = 4.0

  private struct Probe {
    var spaces: EnvironmentSpaces
    var trial = GymnasiumTrial.saving
    var savingObstacle: String?
    var seedingObstacle: String?
  }

  /// The results of the trials in this process. A run reuses its recipe's trial: a Python process takes a second to
  /// start, and steps may be slow.
  private static let probes = Mutex<[EnvironmentSettings: Probe]>([:])

  /// The settings that a probe depends on.
  private var probeKey: EnvironmentSettings {
    var key = EnvironmentSettings(id: id)
    (key.isGymnasium, key.arguments, key.folder, key.timeout, key.save) = (true, arguments, folder, timeout, save)
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
        "the trial of '\(id)' is slow: it runs some steps "
          + (trial == .saving
            ? "three times to find out whether the environment can be saved; save: never skips this" : "once"))
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.secondsOfATrial, execute: notice)
    defer { notice.cancel() }
    let found = try GymnasiumProbe(id, arguments: arguments, folder: folder, trial: trial, timeout: patience)
    let probe = Probe(
      spaces: EnvironmentSpaces(
        observation: found.observationSpace, observationParts: found.observationParts, action: found.actionSpace),
      trial: trial, savingObstacle: found.savingObstacle, seedingObstacle: found.seedingObstacle)
    Self.probes.withLock { $0[key] = probe }
    return probe
  }

  private var patience: Duration { timeout.map { .seconds(min(max($0, 1e-3), 1e6)) } ?? GymnasiumEnvironment.timeout }

  /// Creates the environment without wrappers. Without a result of a trial, as on resume, the first save is the trial.
  private func base(seed: UInt64, copies: Int, _ autoreset: AutoresetMode) throws -> any VectorEnvironment {
    guard isGymnasium else {
      return try registry.make(
        id, .init(count: copies, seed: seed, timeLimit: timeLimit, autoresetMode: autoreset))
    }
    let obstacle = save == .never ? "the run saves none" : Self.probes.withLock { $0[probeKey]?.savingObstacle }
    return try GymnasiumEnvironment(
      id, arguments: arguments, folder: folder, count: copies, workers: min(workers ?? 1, copies), seed: seed,
      timeLimit: timeLimit, autoresetMode: autoreset, timeout: patience, trial: .none, savingObstacle: obstacle)
  }
}
