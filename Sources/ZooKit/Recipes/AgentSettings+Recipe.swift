import Algorithms
import NN

/// The settings that all agents have.
extension SettingTable where Settings: AgentSettings {
  static var agent: Self {
    [
      .init("envs", \.environment.copies, Read.count), .init("timeLimit", \.environment.timeLimit, Read.count),
      .init("normalize", \.environment, EnvironmentSettings.normalization),
      .init("rate", \.rate, Read.schedule), .init("penalty", \.penalty, AgentPenalty.read),
      .init("evaluation", \.evaluation, EvaluationSettings.table),
    ]
  }
}

extension SettingTable.Entry {
  /// A key whose value changes a part.
  fileprivate init<Part>(
    _ key: String, _ part: WritableKeyPath<Settings, Part> & Sendable,
    _ read: @escaping @Sendable (RecipeValue, inout Part) throws(RecipeError) -> Void
  ) {
    self.init(key) { (value, settings) throws(RecipeError) in try read(value, &settings[keyPath: part]) }
  }
}

extension SettingTable.Entry {
  /// The key `exploration`. What only exploration by the state has needs `stateDependent`, there or before, since it would otherwise change
  /// nothing, silently.
  ///
  /// - Parameters:
  ///   - isStateDependent: whether exploration depends on the state.
  ///   - always: what there is besides.
  ///   - numbers: what only exploration by the state has.
  static func exploration(
    _ isStateDependent: WritableKeyPath<Settings, Bool> & Sendable, always: SettingTable<Settings> = [],
    stateDependent numbers: SettingTable<Settings>
  ) -> Self {
    let table = [.init("stateDependent", isStateDependent, Read.flag)] + always + numbers
    return .init("exploration") { (value, settings) throws(RecipeError) in
      try table.read(value, into: &settings)
      let entries = try value.entries(among: table.keys)
      guard !settings[keyPath: isStateDependent], !entries.contains(where: { $0.key == "stateDependent" }),
        let number = entries.first(where: { numbers.keys.contains($0.key) })?.value
      else { return }
      throw number.error(
        .badValue,
        "\(number.path) changes nothing, as exploration does not depend on the state; set stateDependent: true first")
    }
  }
}

extension EnvironmentSettings {
  private static let normalizations: SettingTable<Self> = [
    .init("observation", \.normalizeObservation, Read.flag), .init("reward", \.normalizeReward, Read.flag),
  ]

  /// `true` or `false` for both, or `{observation: true, reward: false}`.
  @Sendable fileprivate static func normalization(
    _ value: RecipeValue, _ settings: inout EnvironmentSettings
  ) throws(RecipeError) {
    if value.isMapping { return try normalizations.read(value, into: &settings) }
    let isNormalized = try value.bool()
    (settings.normalizeObservation, settings.normalizeReward) = (isNormalized, isNormalized)
  }
}

extension EvaluationSettings {
  fileprivate static let table: SettingTable<Self> = [
    .init("every", \.every, Read.natural), .init("episodes", \.episodes, Read.count),
    .init("envs", \.envs, Read.count), .init("onFailure", \.onFailure, Read.choice),
  ]
}

extension AgentPenalty {
  private static let table: SettingTable<Self> =
    [
      .init("network", \.network, Read.choice), .init("weight", \.weight, Read.nonnegative),
      .init("of", \.quantity, Read.choice), .init("respectTo", \.respectTo, Read.choice),
    ] + GradientPenalty.table.at(\.gradient)

  /// A penalty's settings; one that has no weight yet needs one, since without it nothing would be penalised, silently.
  @Sendable fileprivate static func read(_ value: RecipeValue, _ penalty: inout Self) throws(RecipeError) {
    try table.read(value, into: &penalty)
    let isWeighed = try value.entries().contains { (try? $0.key.text()) == "weight" }
    guard penalty.weight > 0 || isWeighed else {
      throw value.error(
        .missingKey,
        "\(value.path) has no 'weight', so that nothing would be penalised; set it first, such as weight: 0.001")
    }
  }
}
