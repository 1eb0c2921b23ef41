/// Parallel environments of any kind that Gymnasium knows, including the user's own, computed by Python processes.
///
/// ```swift
/// var environment = try GymnasiumEnvironment(
///   "LunarLander-v3", arguments: ["continuous": .bool(true)], count: 8, seed: 7)
/// var step = VectorStep(for: environment)
/// try environment.reset(seed: 7, into: &step)
/// ```
///
/// `gymnasium.make` creates the environment. Its name may begin with the module that registers it (`module:Name-v0`).
/// Python looks for that module in `folder`, in the working folder and in `PYTHONPATH`.
///
/// **Spaces.** Observations are a `Box` of numbers, a `Discrete`, a `MultiDiscrete`, a `MultiBinary`, or a `Dict` or
/// `Tuple` of such spaces, also nested. They are flattened as by `gymnasium.spaces.flatten`, with one-hot rows for
/// discrete values, and converted to float32. ``observationParts`` are the places of the parts. Actions are a
/// `Discrete`, a `MultiDiscrete`, a `MultiBinary` or a `Box` of floats. Discrete actions are numbered from 0, even if
/// those of the environment start at another number.
///
/// **Workers.** Several processes compute some of the environments each, in parallel. Their number changes no bit of
/// the results and of saved states, unless environments share data of their modules.
///
/// **Chance.** A seed initialises the environments, their spaces, and the generators of `random`, `numpy.random` and
/// PyTorch. Each environment has its own state of these generators. Random numbers of the operating system and the time
/// can't be seeded: `seedingObstacle` reports their use.
///
/// **Saved states.** The environments are pickled, with their wrappers and all these generators. Before they are
/// created, another instance is pickled in a trial. The instance and its unpickled copy take the same steps. If that
/// fails or the copy differs, `savingObstacle` is the reason and states hold only a seed: see
/// `EnvironmentState.continuesEpisodes`. A pickle is a program that runs on restoring, with the rights of the user.
/// Restore only states of your own store, never of a file from others, and with the versions of Python and of the
/// packages that saved them.
///
/// **Failures.** A call throws an `EnvironmentError` with code `.worker` when an environment raises an exception,
/// returns numbers that aren't finite, dies, or does not answer within the timeout. All processes are then killed, and
/// every later call throws the same error. A new environment can continue from the last saved state.
///
/// **Values are references.** As with a file handle, copies of this value share the processes, which end with the last
/// of them. Calls from several tasks take turns.
public struct GymnasiumEnvironment: VectorEnvironment {
  /// The name passed to `gymnasium.make`.
  public let id: String
  /// The number of parallel environments.
  public let count: Int
  /// The observation space of one environment.
  public let observationSpace: Box
  /// The parts of an observation, in order.
  public let observationParts: [ObservationPart]
  /// The action space of one environment.
  public let actionSpace: ActionSpace
  /// The number of steps after which an episode is truncated; `Int.max` where the environment has no such limit.
  public let timeLimit: Int
  /// The time at which a new episode starts in an environment whose episode has ended.
  public let autoresetMode: AutoresetMode
  /// The reason why saved states can't continue episodes, as a trial has shown at creation; `nil` if they can.
  public let savingObstacle: String?
  /// The reason why equal seeds don't produce equal episodes, as a trial has shown; `nil` if none was found.
  public let seedingObstacle: String?
  let workers: PythonWorkers

  /// The default timeout of a call, per environment.
  public static let timeout = Duration.seconds(60)

  /// Starts the processes and creates the environments, in the state in which `reset(seed:into:)` leaves them.
  /// - Parameters:
  ///   - id: the name of a registered environment.
  ///   - arguments: further arguments for `gymnasium.make`; by default none.
  ///   - folder: the folder in which Python looks for modules first; by default none.
  ///   - count: the number of parallel environments.
  ///   - workers: the number of processes, at most `count`; by default 1.
  ///   - seed: seeds the first environment's generator; the second gets the next number, and so on, modulo 2^64.
  ///   - timeLimit: the number of steps after which an episode is truncated; `nil`, the default, for the environment's
  ///     own.
  ///   - autoresetMode: when a new episode starts in an environment whose episode has ended; by default `.nextStep`.
  ///   - python: the interpreter; `nil`, the default, for the one that the environment variable `ZOO_PYTHON` names, or
  ///     else `python3`.
  ///   - timeout: the time that a call may take per environment, by default 60 seconds. The start may always take 60.
  ///   - trial: the steps that an instance takes in a trial before the environments are created; by default `.saving`.
  ///   - savingObstacle: a known reason why states can't be saved. States then hold a seed only.
  /// - Throws: `EnvironmentError` with code `.unknownEnvironment` if Gymnasium has no such environment;
  ///   `.invalidSetting` if a number is less than 1, a space isn't supported, the arguments don't fit or a trial shows
  ///   that the environment is broken; `.worker` if Python, Gymnasium or another package is missing or the environment
  ///   fails.
  public init(
    _ id: String, arguments: [String: GymnasiumArgument] = [:], folder: String? = nil, count: Int, workers: Int = 1,
    seed: UInt64, timeLimit: Int? = nil, autoresetMode: AutoresetMode = .nextStep, python: String? = nil,
    timeout: Duration = Self.timeout, trial: GymnasiumTrial = .saving, savingObstacle: String? = nil
  ) throws(EnvironmentError) {
    guard count > 0 else {
      throw EnvironmentError(.invalidSetting, "\(id): expected at least 1 environment, found \(count)")
    }
    guard 1...count ~= workers else {
      throw EnvironmentError(
        .invalidSetting, "\(id): expected 1 to \(count) workers, as there are \(count) environments, found \(workers)")
    }
    guard timeLimit ?? 1 > 0 else {
      throw EnvironmentError(
        .invalidSetting, "\(id): expected a time limit of at least 1 step, found \(timeLimit ?? 1)")
    }
    guard timeout > .zero else {
      throw EnvironmentError(.invalidSetting, "\(id): expected a timeout above 0 seconds, found \(timeout)")
    }
    let request = GymnasiumRequest(
      id: id, arguments: arguments, folder: folder, count: count, seed: seed, timeLimit: timeLimit,
      autoresetMode: autoresetMode.rawValue, trial: trial, obstacle: savingObstacle)
    self.workers = try PythonWorkers(request, count: workers, python: python, timeout: timeout)
    let description = self.workers.description
    self.id = id
    self.count = count
    self.autoresetMode = autoresetMode
    (observationSpace, actionSpace) = (description.observationSpace, description.actionSpace)
    observationParts = description.observationParts
    self.timeLimit = description.timeLimit
    (self.savingObstacle, seedingObstacle) = (description.savingObstacle, description.seedingObstacle)
  }

  /// The numbers of the Python processes.
  public var processIdentifiers: [Int32] { workers.processIdentifiers }

  /// Starts a new episode in every environment.
  public mutating func reset(seed: UInt64?, into step: inout VectorStep) throws(EnvironmentError) {
    var body: [UInt8] = []
    body.append(memoryOf: seed.map { [$0] } ?? [])
    try reset(.resetAll, where: [Bool](repeating: true, count: count), into: &step) { _ in body }
  }

  /// Starts a new episode in some environments.
  public mutating func reset(where mask: [Bool], into step: inout VectorStep) throws(EnvironmentError) {
    precondition(mask.count == count, "\(id): expected a mask of \(count) flags, found \(mask.count)")
    try reset(.resetSome, where: mask, into: &step) { mask[$0].map { $0 ? 1 : 0 } }
  }

  private func reset(
    _ request: PythonWorker.Request, where mask: [Bool], into step: inout VectorStep, _ body: (Range<Int>) -> [UInt8]
  ) throws(EnvironmentError) {
    let width = observationSpace.count
    var observations = step.observations
    for (place, reader) in try readers(of: request, expecting: width * MemoryLayout<Float>.stride, body) {
      var reader = reader
      reader.read(into: &observations, at: place.lowerBound * width..<place.upperBound * width)
    }
    for copy in 0..<count where mask[copy] {
      let row = copy * width..<(copy + 1) * width
      step.observations.replaceSubrange(row, with: observations[row])
      step.rewards[copy] = 0
      step.terminated[copy] = false
      step.truncated[copy] = false
    }
    step.episodes.removeAll(keepingCapacity: true)
  }

  /// Takes an action in every environment.
  public mutating func step(_ actions: ActionBatch, into step: inout VectorStep) throws(EnvironmentError) {
    if let mistake = actionSpace.mistake(in: actions, copies: count) {
      throw EnvironmentError(.invalidAction, "\(id): invalid action: \(mistake)")
    }
    // If only one worker refused the step, the others would have taken it.
    let check = autoresetMode == .disabled ? PythonWorker.Request.checkEpisodes : nil
    let width = observationSpace.count
    let rowSize = width * MemoryLayout<Float>.stride
    let size = rowSize + MemoryLayout<Double>.stride + 2
    for (place, reader) in try readers(of: .step, after: check, expecting: size, { body(of: actions, at: $0) }) {
      var reader = reader
      reader.read(into: &step.observations, at: place.lowerBound * width..<place.upperBound * width)
      reader.read(into: &step.rewards, at: place)
      reader.read(into: &step.terminated, at: place)
      reader.read(into: &step.truncated, at: place)
      guard autoresetMode == .sameStep else { continue }
      for copy in place where step.isOver(copy) {
        guard reader.left >= rowSize else {
          throw workers.fail("the environment's worker sent too few final observations")
        }
        reader.read(into: &step.finalObservations, at: copy * width..<(copy + 1) * width)
      }
    }
    step.episodes.removeAll(keepingCapacity: true)
  }

  /// The memory of the actions of some environments.
  private func body(of actions: ActionBatch, at place: Range<Int>) -> [UInt8] {
    func part<Number: BitwiseCopyable>(of numbers: [Number]) -> [UInt8] {
      let width = numbers.count / count
      var body: [UInt8] = []
      body.append(memoryOf: Array(numbers[place.lowerBound * width..<place.upperBound * width]))
      return body
    }
    switch actions {
    case .discrete(let choices), .multiDiscrete(let choices): return part(of: choices)
    case .continuous(let values): return part(of: values)
    }
  }

  /// The results of a request, each with at least `size` bytes for each environment of the worker.
  private func readers(
    of request: PythonWorker.Request, after check: PythonWorker.Request? = nil, expecting size: Int,
    _ body: (Range<Int>) -> [UInt8]
  ) throws(EnvironmentError) -> [(place: Range<Int>, reader: ByteReader)] {
    let results = try workers.ask(request, after: check, body)
    for (result, place) in zip(results, workers.places) where result.count < size * place.count {
      throw workers.fail("the environment's worker sent \(result.count) bytes, expected \(size * place.count)")
    }
    return zip(workers.places, results).map { ($0, ByteReader($1)) }
  }
}
