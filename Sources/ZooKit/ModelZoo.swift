import Checkpointing
import TrainingAlgorithms
import Datasets
import GraphRuntime
import Foundation
import GraphIR
import RunStore

/// A zoo: models to train, and a file with their runs.
///
/// ```swift
/// let zoo = try ModelZoo(at: "zoo.sqlite")
/// let run = try zoo.train(Recipe.named("wgan-gp-fashion"), steps: 20_000, seed: 7)
/// let same = try zoo.resume(run.id, until: 40_000)
/// try zoo.export(same.id, network: "generator", to: URL(filePath: "generator.onnx"))
/// ```
///
/// Calls that train block until training ends. Any number of zoos, in this process and others, can share a file.
public final class ModelZoo: Sendable {
  /// The version of the program.
  public static let version = "0.2.1"

  /// The file with the runs.
  public let store: Store
  /// The names that recipes and runs can use.
  public let catalogue: Catalogue

  /// Opens the file at `path`, or creates it.
  ///
  /// - Parameters:
  ///   - path: the path of the file.
  ///   - catalogue: the data sets, layers, algorithms and environments that recipes and runs can name.
  ///   - readOnly: whether to open the file read-only; it must exist then.
  ///   - patience: the longest wait for another program's lock when opening and reading, in seconds; 10 by default.
  ///     Training waits an hour.
  ///   - waiting: called about once a second while a call waits for another program's lock, with the seconds waited.
  /// - Throws: `StoreError` if the file is not a zoo's, is damaged, or is of a newer version.
  public init(
    at path: String, catalogue: Catalogue = .standard, readOnly: Bool = false, patience: TimeInterval = 10,
    waiting: @escaping @Sendable (TimeInterval) -> Void = { _ in }
  ) throws {
    self.catalogue = catalogue
    store = try Store(path: path, readOnly: readOnly, busyTimeout: patience, waiting: waiting)
  }

  /// Opens the file at `path`, which must exist: a mistyped path does not leave an empty file behind.
  ///
  /// - Parameters:
  ///   - path: the path of the file.
  ///   - catalogue: the data sets, layers, algorithms and environments that recipes and runs can name.
  ///   - toWrite: false to open a file that can't be written read-only.
  ///   - patience: the longest wait for another program's lock when opening and reading, in seconds; 10 by default.
  ///     Training waits an hour.
  ///   - waiting: called about once a second while a call waits for another program's lock, with the seconds waited.
  /// - Throws: ``ModelZooError`` with code `noStore`, and as ``init(at:catalogue:readOnly:patience:waiting:)``.
  public convenience init(
    existing path: String, catalogue: Catalogue = .standard, toWrite: Bool = true, patience: TimeInterval = 10,
    waiting: @escaping @Sendable (TimeInterval) -> Void = { _ in }
  ) throws {
    try Store.checkPath(path)
    guard FileManager.default.fileExists(atPath: path) else {
      throw ModelZooError(
        .noStore, "there is no store '\(path)'", remedy: .train)
    }
    let isReadOnly = !toWrite && !FileManager.default.isWritableFile(atPath: path)
    try self.init(at: path, catalogue: catalogue, readOnly: isReadOnly, patience: patience, waiting: waiting)
  }

  /// The settings of a stored run.
  ///
  /// - Throws: ``ModelZooError`` if they can't be read by this catalogue.
  func specification(of run: Run) throws -> RunSpecification {
    try RunSpecification(json: run.settings, run: run.id, catalogue: catalogue)
  }

  /// Starts a run of a model and trains it.
  ///
  /// - Parameters:
  ///   - recipe: the model.
  ///   - steps: the number of steps; the recipe's by default.
  ///   - seed: the seed of all random numbers; by default a new one, which the run records.
  ///   - name: a name for the run, in addition to its id.
  ///   - sharesName: whether another run may have the name; by default that is an error.
  ///   - checkpointEvery: steps between checkpoints; the recipe's value by default.
  ///   - initial: values in place of the networks' initial parameters; by default all are drawn.
  ///   - options: the threads, the data set's folder, the stop flag and the callbacks of training.
  /// - Returns: the run when training ends: done, or interrupted if a stop was asked for.
  /// - Throws: ``ModelZooError`` for arguments, `DatasetError` and `AlgorithmError` before anything is written. After
  ///   that, ``ModelZooError`` with code `training`. Its cause is an `AlgorithmError` if training diverged, or a
  ///   `StoreError` if a checkpoint can't be written. The last good checkpoint is kept.
  @discardableResult
  public func train(
    _ recipe: Recipe, steps: Int? = nil, seed: UInt64? = nil, name: String? = nil, sharesName: Bool = false,
    checkpointEvery: Int? = nil, initial: InitialValues = InitialValues(), options: TrainingOptions = TrainingOptions()
  ) throws -> Run {
    let target = steps ?? recipe.steps
    guard target >= 1 else { throw ModelZooError(.invalidArgument, "\(target) steps, expected at least 1") }
    var policy = recipe.checkpoint
    policy.every = checkpointEvery ?? policy.every
    guard policy.every >= 1 else {
      throw ModelZooError(.invalidArgument, "a checkpoint every \(policy.every) steps, expected at least 1")
    }
    if let kept = policy.keepEvery, kept % policy.every != 0 {
      throw ModelZooError(
        .invalidArgument,
        "a checkpoint every \(policy.every) steps, expected a divisor of \(kept): "
          + "'\(recipe.name)' keeps the checkpoints at multiples of \(kept)")
    }
    try Self.check(name: name)
    if let name, !sharesName { try store.requireUnused(name: name) }
    let data = try recipe.dataset.map { try load($0, named: options.data, kept: recipe.dataPath) }
    var specification = RunSpecification(
      settings: recipe.settings, dataset: recipe.dataset, fingerprint: data?.fingerprint, scaling: data?.scaling,
      labels: recipe.settings.usesLabels ? data?.labels?.names : nil, checkpoint: policy,
      logs: recipe.logs)
    // Below 2⁶³, because other tools may not take larger seeds.
    let seed = seed ?? .random(in: 0...UInt64(Int64.max))
    let networks = recipe.networks.mapValues(\.graph)
    let algorithm = try recipe.settings.algorithm(networks)
    let graphs = try RunGraphs(algorithm, networks)
    try algorithm.checkStatistics(in: graphs.programs)
    let (execution, threads) = (options.execution ?? .plan, try Self.checked(threads: options.threads))
    let platform = try execution.platform()
    var setup = TrainingSetup(
      seed: seed, target: target, programs: graphs.programs, makeRunner: execution.makeRunner(threads: threads))
    if let data, let settings = recipe.dataset { setup.use(data, settings) }
    let evaluation = try generatorEvaluator(
      recipe.settings, data: setup.data, labels: specification.labels, threads: threads)
    (setup.generatorEvaluator, specification.featuresDigest) = (evaluation?.evaluator, evaluation?.digest)
    for remark in data?.remarks ?? [] { options.warn("'\(data?.name ?? "")': \(remark)") }
    let sampler = try ProgressSampler(specification, graphs, seed: seed, threads: threads)
    let drawn = Self.initialParameters(recipe.networks, seed: seed)
    let parameters = drawn.merging(try initial.values(for: networks.mapValues(\.parameters))) { $1 }
    let trainer = try algorithm.begin(setup, parameters: parameters)
    let run = NewRun(
      name: name, model: recipe.name, recipe: recipe.text, seed: seed, algorithm: recipe.algorithm,
      settings: try specification.json(), targetStep: target, backend: execution.rawValue,
      machine: MachineClass.current,
      threads: threads, platform: try platform.json(),
      data: DataFolder.recorded(recipe.dataset, named: options.data, else: recipe.dataPath))
    let claim = try store.createRun(
      run, graphs: graphs.stored, initial: trainer.state, sharesName: sharesName)
    if let history = initial.history { try store.record(Event(.imported, step: 0, message: history), claim: claim) }
    try TrainingLoop(
      store: store, claim: claim, policy: policy, target: target, options: options,
      evaluation: recipe.settings.agent?.evaluation, best: recipe.settings.bestEvaluation,
      stopAt: recipe.settings.stopAt, sampler: sampler, log: trainingLog(of: claim.run, specification, from: 0)
    ).run { trainer }
    return try store.run(claim.run)
  }

  /// The folder of the decoded pictures.
  var pictureCache: URL { URL(filePath: store.path + ".cache") }

  /// Reads a data set; decoded pictures are kept beside the store.
  ///
  /// - Parameters:
  ///   - settings: the data set.
  ///   - place: the folder or file that the user named; nil if none was named.
  ///   - kept: the path that the run recorded; nil if it recorded none.
  ///   - fingerprint: the fingerprint of the data that the run started with; nil for a new run.
  /// - Throws: `DatasetError`.
  func load(
    _ settings: DatasetSettings, named place: URL?, kept: String?, matching fingerprint: DatasetFingerprint? = nil
  ) throws -> any Dataset {
    try DataFolder.load(
      settings, catalogue, matching: fingerprint,
      at: DatasetLocation(place, cache: pictureCache), kept: kept)
  }

  /// The initial parameters of every network. Each network draws from its own stream.
  static func initialParameters(_ networks: [String: RecipeNetwork], seed: UInt64) -> [String: TensorValue] {
    var parameters: [String: TensorValue] = [:]
    for (role, network) in networks {
      var stream = RandomStream(seed: seed, name: "init/\(role)")
      for (name, value) in network.initialParameters(from: &stream) { parameters["\(role)/\(name)"] = value }
    }
    return parameters
  }

  /// Checks that the name of a run or a graph is one line, as the names of recipes are, and no reference to a trained
  /// model.
  ///
  /// - Throws: ``ModelZooError`` if it is not.
  static func check(name: String?, of kind: String = "run") throws {
    let isLine = name?.unicodeScalars.allSatisfy { scalar in
      ![.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }
    guard isLine ?? true, name?.count ?? 0 <= 500 else {
      throw ModelZooError(
        .invalidArgument,
        "the name of a \(kind) is '\((name ?? "").prefix(80))', "
          + "expected one line of at most 500 characters without control characters")
    }
    guard name?.hasSuffix(TrainedModel.ending) != true else {
      throw ModelZooError(
        .invalidArgument,
        "the name of a \(kind) is '\(name ?? "")', expected one without '\(TrainedModel.ending)' at its end, which is "
          + "for trained models")
    }
  }

  /// The number of threads to use: `threads`, or by default all processors.
  ///
  /// - Throws: ``ModelZooError`` unless it is from 1 to `CPUBackend.mostThreads`.
  static func checked(threads: Int?) throws -> Int {
    guard let threads else { return CPUBackend().threads }
    guard (1...CPUBackend.mostThreads).contains(threads) else {
      throw ModelZooError(.invalidArgument, "\(threads) threads, expected 1 to \(CPUBackend.mostThreads)")
    }
    return threads
  }
}
