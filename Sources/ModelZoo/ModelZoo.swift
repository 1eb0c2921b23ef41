import Algorithms
import Datasets
import Executor
import Foundation
import GraphIR
import Store

/// A zoo: models to train, and a file that keeps every run of them.
///
/// ```swift
/// let zoo = try ModelZoo(at: "zoo.sqlite")
/// let run = try zoo.train(Recipe.named("wgan-gp-fashion"), steps: 20_000, seed: 7)
/// let same = try zoo.resume(run.id, until: 40_000)
/// try zoo.export(same.id, network: "generator", to: URL(filePath: "generator.onnx"))
/// ```
///
/// Calls that train block until training ends; any number of zoos, in this process and others, can share a file.
public final class ModelZoo: Sendable {
  /// The version of the program.
  public static let version = "0.1.0"

  /// The file with the runs.
  public let store: Store

  /// Opens the file at `path`, and makes it where there is none.
  ///
  /// - Parameter readOnly: opens the file for looking only; it must exist.
  /// - Throws: ``StoreError`` where the file is no zoo's, is damaged, or is of a newer version.
  public init(at path: String, readOnly: Bool = false) throws {
    store = try Store(path: path, readOnly: readOnly)
  }

  /// Opens the file at `path`, which must exist: a mistyped path does not leave an empty file behind.
  ///
  /// - Parameter toWrite: false to make do with reading where the file can't be written.
  /// - Throws: ``ModelZooError`` with code `noStore`, and as ``init(at:readOnly:)``.
  public convenience init(existing path: String, toWrite: Bool = true) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw ModelZooError(
        .noStore, "there is no store '\(path)'; 'zoo train' makes one, --store or ZOO_STORE name another")
    }
    try self.init(at: path, readOnly: !toWrite && !FileManager.default.isWritableFile(atPath: path))
  }

  /// The recipes that come with the program, by name.
  public static var models: [Recipe] { Recipe.builtIn }

  /// Begins a run of a model and trains it.
  ///
  /// - Parameters:
  ///   - steps: how many; the recipe's number by default.
  ///   - seed: what all random numbers start from; by default a new one, which the run remembers.
  ///   - name: a name to call the run by, besides its id.
  ///   - checkpointEvery: steps between checkpoints; the recipe's number by default.
  /// - Returns: the run as it stands when training ends: done, or interrupted where a stop was asked for.
  /// - Throws: ``ModelZooError`` for arguments, `DatasetError` and `AlgorithmError` before anything is written. Once the run has
  ///   begun, ``ModelZooError`` with code `training`, whose cause is an `AlgorithmError` where training diverged and a
  ///   ``StoreError`` where a checkpoint can't be written; the last good checkpoint is kept.
  @discardableResult
  public func train(
    _ recipe: Recipe, steps: Int? = nil, seed: UInt64? = nil, name: String? = nil, checkpointEvery: Int? = nil,
    options: TrainingOptions = TrainingOptions()
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
        "a checkpoint every \(policy.every) steps, expected a divisor of \(kept): '\(recipe.name)' keeps those at its multiples"
      )
    }
    let data = try recipe.dataset?.load(directory: options.data)
    let specification = RunSpecification(
      settings: recipe.settings, dataset: recipe.dataset?.rawValue, fingerprint: data?.fingerprint, checkpoint: policy)
    // Below 2⁶³, so that it can be passed on to any tool that takes a seed.
    let seed = seed ?? .random(in: 0...UInt64(Int64.max))
    let networks = recipe.networks.mapValues(\.graph)
    let algorithm = try recipe.settings.settings.algorithm(networks)
    let graphs = try algorithm.graphs(networks)
    let (execution, threads) = (options.execution ?? .plan, try Self.checked(threads: options.threads))
    let setup = TrainingSetup(
      data: data, target: target, programs: graphs.programs, makeRunner: execution.makeRunner(threads: threads))
    let trainer = try algorithm.begin(
      setup, parameters: Self.initialParameters(recipe.networks, seed: seed), seed: seed)
    let run = NewRun(
      name: name, model: recipe.name, recipe: recipe.text, seed: seed, algorithm: recipe.algorithm.rawValue,
      settings: try specification.json(), targetStep: target, backend: execution.rawValue,
      machine: MachineClass.current,
      threads: threads)
    let claim = try store.createRun(run, graphs: graphs.stored, initial: Snapshot(step: 0, try trainer.state))
    try TrainingLoop(
      store: store, claim: claim, policy: policy, target: target, options: options,
      onFailedEvaluation: recipe.settings.evaluation?.onFailure
    ).run { trainer }
    return try store.run(claim.run)
  }

  /// Goes on with a run where its last checkpoint left off, bit for bit as if it had never stopped.
  ///
  /// Needs the run's stored graphs and settings, and the data; not the recipe.
  ///
  /// - Parameters:
  ///   - reference: the run: its id, the beginning of one, or its name; with `@STEP`, the checkpoint to go on from.
  ///   - steps: how many more; by default those that are left to the run's target.
  ///   - until: the step to reach; not together with `steps`.
  ///   - checkpoint: the step of the checkpoint to go on from. Later checkpoints and metrics are deleted.
  ///   - force: takes the run over from a process of another machine that can't be seen to be dead.
  /// - Throws: as ``train(_:steps:seed:name:checkpointEvery:options:)``; ``StoreError`` where another process trains the run.
  @discardableResult
  public func resume(
    _ reference: String, steps: Int? = nil, until: Int? = nil, from checkpoint: Int? = nil, force: Bool = false,
    options: TrainingOptions = TrainingOptions()
  ) throws -> Run {
    let resolved = try store.resolve(reference)
    let run = resolved.run
    guard checkpoint == nil || resolved.checkpoint == nil else {
      throw ModelZooError(
        .invalidArgument, "'\(reference)' names a checkpoint already; leave out the step to go on from")
    }
    let selector = checkpoint.map(CheckpointSelector.step) ?? resolved.checkpoint ?? .latest
    let state = try store.snapshot(of: run.id, at: selector)
    guard let execution = options.execution ?? Execution(rawValue: run.backend) else {
      throw ModelZooError(
        .invalidRun, "run \(run.id) was computed by '\(run.backend)', which this version does not know")
    }
    let threads = try Self.checked(threads: options.threads ?? run.threads)
    let reasons = inexactness(of: run, options)
    guard options.allowInexact || reasons.isEmpty else {
      throw ModelZooError(
        .inexact,
        "run \(run.id) can't go on bit for bit here: \(reasons.joined(separator: "; ")); allow it with --allow-inexact, or go on "
          + "where it began")
    }
    let target = try Self.target(of: run, start: state.step, steps: steps, until: until)
    let specification = try RunSpecification(json: run.settings, run: run.id)
    // Everything that can be missing or unfit is found before the run is touched.
    let data = try specification.dataset.map { try Dataset(named: $0).load(directory: options.data) }
    if let fingerprint = specification.fingerprint { try data?.check(against: fingerprint) }
    let graphs = try store.runGraphs(of: run.id)
    let algorithm = try specification.settings.settings.algorithm(graphs.networks)
    let setup = TrainingSetup(
      data: data, target: target, programs: graphs.programs.isEmpty ? nil : graphs.programs,
      makeRunner: execution.makeRunner(threads: threads))
    func trainer(at snapshot: Snapshot) throws -> any Trainer { try algorithm.resume(setup, TrainingState(snapshot)) }
    _ = try trainer(at: state)
    let (claim, snapshot) = try store.resume(run.id, from: .step(state.step), targetStep: target, force: force)
    try TrainingLoop(
      store: store, claim: claim, policy: specification.checkpoint, target: target, options: options,
      onFailedEvaluation: specification.settings.evaluation?.onFailure
    ).run { try trainer(at: snapshot) }
    return try store.run(run.id)
  }

  private static func target(of run: Run, start: Int, steps: Int?, until: Int?) throws -> Int {
    guard steps == nil || until == nil else {
      throw ModelZooError(.invalidArgument, "steps and until say the same in two ways; give one of them")
    }
    func after(_ steps: Int) -> Int {
      let sum = start.addingReportingOverflow(steps)
      return sum.overflow ? .max : sum.partialValue
    }
    guard let target = until ?? steps.map(after) ?? run.targetStep else {
      throw ModelZooError(.invalidArgument, "run \(run.id) has no target; say how many steps to do")
    }
    // A run that ended in its last evaluation has that left to do.
    guard target > start || (target == start && target == run.targetStep && run.status != .done) else {
      throw ModelZooError(
        .invalidArgument,
        "run \(run.id) is at step \(start) and its target is \(target): nothing is left to do; ask for more steps")
    }
    return target
  }

  /// The first parameters of every network; each draws from a stream of its own.
  static func initialParameters(_ networks: [String: RecipeNetwork], seed: UInt64) -> [String: TensorValue] {
    var parameters: [String: TensorValue] = [:]
    for (role, network) in networks {
      var stream = RandomStream(seed: seed, name: "init/\(role)")
      for (name, value) in network.initialParameters(from: &stream) { parameters["\(role)/\(name)"] = value }
    }
    return parameters
  }

  /// The number of threads that is meant.
  ///
  /// - Throws: ``ModelZooError`` for one that makes no sense.
  static func checked(threads: Int?) throws -> Int {
    guard let threads else { return CPUBackend().threads }
    guard (1...1024).contains(threads) else {
      throw ModelZooError(.invalidArgument, "\(threads) threads, expected 1 to 1024")
    }
    return threads
  }
}
