/// The description of a Python environment: its spaces, and the results of a trial.
public struct GymnasiumProbe: Sendable {
  /// The observation space.
  public let observationSpace: Box
  /// The parts of an observation, in order.
  public let observationParts: [ObservationPart]
  /// The action space.
  public let actionSpace: ActionSpace
  /// The reason why saved states can't continue episodes; `nil` if none was found.
  public let savingObstacle: String?
  /// The reason why equal seeds don't produce equal episodes; `nil` if none was found.
  public let seedingObstacle: String?

  /// Creates one instance in a process that has ended when the call returns.
  /// - Parameters:
  ///   - id: the name of a registered environment.
  ///   - arguments: further arguments for `gymnasium.make`.
  ///   - folder: as for `GymnasiumEnvironment`.
  ///   - trial: the steps of the trial.
  ///   - python: as for `GymnasiumEnvironment`.
  ///   - timeout: as for `GymnasiumEnvironment`.
  /// - Throws: as `GymnasiumEnvironment`; `EnvironmentError` with code `.invalidSetting` where the environment doesn't
  ///   keep to Gymnasium's interface.
  public init(
    _ id: String, arguments: [String: GymnasiumArgument] = [:], folder: String? = nil, trial: GymnasiumTrial,
    python: String? = nil, timeout: Duration = GymnasiumEnvironment.timeout
  ) throws(EnvironmentError) {
    let request = GymnasiumRequest(
      id: id, arguments: arguments, folder: folder, count: 0, seed: 0, timeLimit: nil,
      autoresetMode: AutoresetMode.sameStep.rawValue, trial: trial, obstacle: nil)
    let worker = try PythonWorker(id: id, python: python, timeout: timeout)
    try worker.send(request)
    let description = try GymnasiumDescription(from: worker)
    (observationSpace, actionSpace) = (description.observationSpace, description.actionSpace)
    observationParts = description.observationParts
    (savingObstacle, seedingObstacle) = (description.savingObstacle, description.seedingObstacle)
  }
}
