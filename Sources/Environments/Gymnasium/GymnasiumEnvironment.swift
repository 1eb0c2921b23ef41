/// Copies of any environment that Gymnasium knows, one of the user's own among them, computed by a Python process.
///
/// ```swift
/// var environment = try GymnasiumEnvironment("LunarLander-v3", arguments: ["continuous": .bool(true)], count: 8, seed: 7)
/// var step = VectorStep(for: environment)
/// try environment.reset(seed: 7, into: &step)
/// ```
///
/// The environment is made by `gymnasium.make`. Its name may begin with the module that registers it (`module:Name-v0`),
/// which Python looks for in the working folder and in `PYTHONPATH`.
///
/// **Spaces.** Observations are a `Box` of floats, actions a `Discrete` or a `Box` of floats. Numbers become float32, boxes of
/// several dimensions become flat; choices are numbered from 0 wherever those of the environment start.
///
/// **Chance.** A seed reaches the copies, their spaces, and the generators of `random`, `numpy.random` and PyTorch,
/// which all copies share. Numbers of the operating system and the time can't be seeded: `seedingObstacle` says so.
///
/// **Saved states.** The copies are pickled, with their wrappers and all these generators. Before they are made,
/// another instance is pickled on trial, and both it and its twin take the same steps. Where they can't or the twin
/// goes another way, `savingObstacle` says why and states hold a seed only: see `EnvironmentState.continuesEpisodes`.
/// A pickle is a program that restoring it runs, with the rights of the user. Restore states from a store of your own only,
/// never from a file of others; and with the versions of Python and of the packages that it was saved with.
///
/// **Failures.** An environment that raises an exception, gives numbers that aren't finite, dies or takes longer than the
/// timeout for an answer makes the call throw an `EnvironmentError` with code `.worker`. Its process is then killed and every
/// later call throws the same. A new environment with the last saved state goes on from there.
///
/// **Copies of this value** are the same environment, as with a file handle: they share the process, which ends with the last
/// of them. Calls from several tasks take turns.
public struct GymnasiumEnvironment: VectorEnvironment {
  /// The name that `gymnasium.make` got.
  public let id: String
  /// The number of copies.
  public let count: Int
  /// What the agent of one copy may see.
  public let observationSpace: Box
  /// What the agent of one copy may do.
  public let actionSpace: ActionSpace
  /// The number of steps after which an episode is cut off; `Int.max` where the environment has no such limit.
  public let timeLimit: Int
  /// When a new episode starts in a copy whose episode has ended.
  public let autoresetMode: AutoresetMode
  /// Why saved states can't continue episodes, as a trial has shown when the environment was made; `nil` if they can.
  public let savingObstacle: String?
  /// The reason why equal seeds don't give equal episodes, as a trial has shown; `nil` where none was found.
  public let seedingObstacle: String?
  let worker: PythonWorker

  /// The time that a call of one copy may take by default.
  public static let timeout = Duration.seconds(60)

  /// Starts the process and makes the copies, in the state in which `reset(seed:into:)` leaves them.
  /// - Parameters:
  ///   - id: the name of a registered environment.
  ///   - arguments: further arguments for `gymnasium.make`; by default none.
  ///   - count: the number of copies.
  ///   - seed: seeds the first copy's generator; the second has the next number, and so on, modulo 2^64.
  ///   - timeLimit: the number of steps after which an episode is cut off; `nil`, the default, for the environment's own.
  ///   - autoresetMode: when a new episode starts in a copy whose episode has ended; by default `.nextStep`.
  ///   - python: the interpreter; `nil`, the default, for the one that the environment variable `ZOO_PYTHON` names, or
  ///     else `python3`.
  ///   - timeout: how long a call of one copy may take, by default 60 seconds, which the start may always take.
  ///   - trial: the steps that an instance takes on trial before the copies are made; by default `.saving`.
  ///   - savingObstacle: a known reason why states can't be saved. States then hold a seed only.
  /// - Throws: `EnvironmentError` with code `.unknownEnvironment` if Gymnasium has no such environment, `.invalidSetting` if
  ///   a number is less than 1, a space isn't supported, the arguments don't fit or a trial shows that the environment
  ///   is broken, `.worker` if Python, Gymnasium or another package is missing or the environment fails.
  public init(
    _ id: String, arguments: [String: GymnasiumArgument] = [:], count: Int, seed: UInt64, timeLimit: Int? = nil,
    autoresetMode: AutoresetMode = .nextStep, python: String? = nil, timeout: Duration = Self.timeout,
    trial: GymnasiumTrial = .saving, savingObstacle: String? = nil
  ) throws(EnvironmentError) {
    guard count > 0 else {
      throw EnvironmentError(.invalidSetting, "\(id): expected at least 1 copy of the environment, found \(count)")
    }
    guard timeLimit ?? 1 > 0 else {
      throw EnvironmentError(
        .invalidSetting, "\(id): expected a time limit of at least 1 step, found \(timeLimit ?? 1)")
    }
    guard timeout > .zero else {
      throw EnvironmentError(.invalidSetting, "\(id): expected a timeout above 0 seconds, found \(timeout)")
    }
    let request = GymnasiumRequest(
      id: id, arguments: arguments, count: count, seed: seed, timeLimit: timeLimit,
      autoresetMode: autoresetMode.rawValue, trial: trial, obstacle: savingObstacle)
    worker = try PythonWorker(id: id, python: python, timeout: timeout)
    let description = try GymnasiumDescription(of: request, from: worker)
    self.id = id
    self.count = count
    self.autoresetMode = autoresetMode
    (observationSpace, actionSpace) = (description.observationSpace, description.actionSpace)
    self.timeLimit = description.timeLimit
    (self.savingObstacle, seedingObstacle) = (description.savingObstacle, description.seedingObstacle)
  }

  /// The number of the Python process.
  public var processIdentifier: Int32 { worker.processIdentifier }

  /// Starts a new episode in every copy.
  public mutating func reset(seed: UInt64?, into step: inout VectorStep) throws(EnvironmentError) {
    var body: [UInt8] = []
    body.append(memoryOf: seed.map { [$0] } ?? [])
    try reset(.resetAll, body, where: [Bool](repeating: true, count: count), into: &step)
  }

  /// Starts a new episode in some copies.
  public mutating func reset(where mask: [Bool], into step: inout VectorStep) throws(EnvironmentError) {
    precondition(mask.count == count, "\(id): the mask has \(mask.count) flags for \(count) copies")
    try reset(.resetSome, mask.map { $0 ? 1 : 0 }, where: mask, into: &step)
  }

  private func reset(
    _ request: PythonWorker.Request, _ body: [UInt8], where mask: [Bool], into step: inout VectorStep
  ) throws(EnvironmentError) {
    let width = observationSpace.count
    var reader = try reader(of: request, body, expecting: count * width * MemoryLayout<Float>.stride)
    var observations = step.observations
    reader.read(into: &observations, at: 0..<count * width)
    for copy in 0..<count where mask[copy] {
      let row = copy * width..<(copy + 1) * width
      step.observations.replaceSubrange(row, with: observations[row])
      step.rewards[copy] = 0
      step.terminated[copy] = false
      step.truncated[copy] = false
    }
    step.episodes.removeAll(keepingCapacity: true)
  }

  /// Takes an action in every copy.
  public mutating func step(_ actions: ActionBatch, into step: inout VectorStep) throws(EnvironmentError) {
    if let mistake = actionSpace.mistake(in: actions, copies: count) {
      throw EnvironmentError(.invalidAction, "\(id): invalid action: \(mistake)")
    }
    var body: [UInt8] = []
    switch actions {
    case .discrete(let choices): body.append(memoryOf: choices)
    case .continuous(let values): body.append(memoryOf: values)
    }
    let width = observationSpace.count
    let rowSize = width * MemoryLayout<Float>.stride
    var reader = try reader(of: .step, body, expecting: count * (rowSize + MemoryLayout<Double>.stride + 2))
    reader.read(into: &step.observations, at: 0..<count * width)
    reader.read(into: &step.rewards, at: 0..<count)
    reader.read(into: &step.terminated)
    reader.read(into: &step.truncated)
    if autoresetMode == .sameStep {
      for copy in 0..<count where step.isOver(copy) {
        guard reader.left >= rowSize else {
          throw worker.fail("the environment's worker gave too few last observations")
        }
        reader.read(into: &step.finalObservations, at: copy * width..<(copy + 1) * width)
      }
    }
    step.episodes.removeAll(keepingCapacity: true)
  }

  /// The result of a request, which has at least so many bytes.
  private func reader(
    of request: PythonWorker.Request, _ body: [UInt8], expecting size: Int
  ) throws(EnvironmentError) -> ByteReader {
    let result = try worker.ask(request, body)
    guard result.count >= size else {
      throw worker.fail("the environment's worker gave \(result.count) bytes, expected \(size)")
    }
    return ByteReader(result)
  }
}
