import TrainingAlgorithms
import NN

/// The settings of an agent whose networks can be penalised.
public protocol PenalizedAgentSettings: AgentSettings {
  /// A gradient penalty.
  var penalty: AgentPenalty { get set }
  /// The learning rate.
  var rate: Schedule { get set }
}

extension SettingTable where Settings: AgentSettings {
  /// The settings that all agents have.
  public static var agent: Self {
    [
      .init("envs", \.environment.copies, .count, "Parallel environments."),
      .init(
        "workers", \.environment.workers, .count,
        "Python processes that compute the parallel environments; none for 1."),
      .init(
        "timeLimit", \.environment.timeLimit, .count, "Steps of an episode at most; none for the task's own limit."),
      .init(
        "frames", \.environment.frames, .count, "Latest observations that the networks see together; none for 1."),
      .init("normalize", \.environment, EnvironmentSettings.normalizations),
      .init("evaluation", \.evaluation, EvaluationSettings.table),
      .init("stop", \.evaluation, EvaluationSettings.stop),
    ]
  }
}

extension SettingTable where Settings: PenalizedAgentSettings {
  /// The settings of ``agent``, the learning rate and the penalty.
  static var penalizedAgent: Self {
    [
      .init("rate", \.rate, .schedule, "The learning rate."),
      .init("penalty", \.penalty, AgentPenalty.table, check: AgentPenalty.checkWeight),
    ] + agent
  }
}

extension SettingTable.Row {
  /// The key `exploration`. The settings of state-dependent exploration require `stateDependent`, there or earlier:
  /// otherwise they would silently have no effect.
  ///
  /// - Parameters:
  ///   - isStateDependent: whether exploration depends on the state.
  ///   - always: the settings that exploration always has.
  ///   - settings: the settings of state-dependent exploration.
  static func exploration(
    _ isStateDependent: WritableKeyPath<Settings, Bool> & Sendable, always: SettingTable<Settings> = [],
    stateDependent settings: SettingTable<Settings>
  ) -> Self {
    let flag: SettingTable<Settings> = [
      .init("stateDependent", isStateDependent, .flag, "Whether exploration depends on the state (arXiv:2005.05719).")
    ]
    let table = flag + always + settings
    return .init("exploration", \.self, table) { (value, part) throws(RecipeError) in
      let entries = try value.entries(among: table.keys)
      guard !part[keyPath: isStateDependent], !entries.contains(where: { $0.key == "stateDependent" }),
        let setting = entries.first(where: { settings.keys.contains($0.key) })?.value
      else { return }
      throw setting.error(
        .badValue,
        "\(setting.path) has no effect, as exploration does not depend on the state; set stateDependent: true first")
    }
  }

  /// A key whose value is `true` or `false` for all settings of a table, or a mapping of these settings.
  fileprivate init(
    _ key: String, _ part: WritableKeyPath<Settings, EnvironmentSettings> & Sendable,
    _ flags: [(key: String, property: WritableKeyPath<EnvironmentSettings, Bool> & Sendable, summary: String)]
  ) {
    let table = flags.reduce([] as SettingTable<EnvironmentSettings>) {
      $0 + [.init($1.key, $1.property, .flag, $1.summary)]
    }
    let properties = flags.map(\.property)
    self.init(
      key,
      read: { (value, settings) throws(RecipeError) in
        if value.isMapping { return try table.read(value, into: &settings[keyPath: part]) }
        let flag = try value.bool()
        for property in properties { settings[keyPath: part][keyPath: property] = flag }
      },
      describe: { table.describe($0[keyPath: part]).map { $0.below(key) } })
  }
}

extension EnvironmentSettings {
  fileprivate static var normalizations:
    [(key: String, property: WritableKeyPath<Self, Bool> & Sendable, summary: String)]
  {
    [
      ("observation", \.normalizeObservation, "Whether observations are normalised by moments of all observations."),
      ("reward", \.normalizeReward, "Whether rewards are divided by the standard deviation of their discounted sums."),
    ]
  }
}

extension EvaluationSettings {
  fileprivate static let table: SettingTable<Self> = [
    .init("every", \.every, .natural, "Steps between evaluations; 0 for none."),
    .init("episodes", \.episodes, .count, "Episodes of an evaluation."),
    .init("envs", \.envs, .count, "Episodes at a time; none for all, or for one of a Python environment."),
    .init("onFailure", \.onFailure, .choice, "The consequence of a failing evaluation; none for continue."),
  ]

  fileprivate static let stop: SettingTable<Self> = [
    .init("evaluation", \.stopAt, .number, "The mean return of an evaluation that ends the run; none for no end.")
  ]
}

extension AgentPenalty {
  fileprivate static let table: SettingTable<Self> =
    [
      .init("network", \.network, .choice, "The network that is penalised."),
      .init("weight", \.weight, .nonnegative, "The penalty's weight in the loss; 0 for no penalty."),
      .init("of", \.quantity, .choice, "The output of the policy that is differentiated."),
      .init("respectTo", \.respectTo, .choice, "The inputs of a critic's gradient."),
    ] + GradientPenalty.table.at(\.gradient)

  /// Checks that a penalty has a weight: without one it would silently have no effect.
  @Sendable fileprivate static func checkWeight(_ value: RecipeValue, _ penalty: Self) throws(RecipeError) {
    let isWeighed = try value.entries().contains { (try? $0.key.text()) == "weight" }
    guard penalty.weight > 0 || isWeighed else {
      throw value.error(
        .missingKey,
        "\(value.path) has no 'weight' and thus no effect; set it first, such as weight: 0.001")
    }
  }
}
