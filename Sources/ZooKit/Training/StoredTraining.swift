import Checkpointing
import TrainingAlgorithms
import Datasets
import Foundation
import GraphIR
import NN
import RunStore

/// The settings, graphs and data of a stored run that training continues.
struct StoredTraining {
  /// The settings, changes included.
  let specification: RunSpecification
  /// A line for each changed setting.
  let changes: [String]
  /// The stored graphs, with those that the changes replace.
  let graphs: RunGraphs
  /// The graphs that the changes replace, by their names in a store.
  let changedGraphs: [String: Graph]
  private let algorithm: any Algorithm
  private let seed: UInt64
  private let data: (any Dataset)?
  private let evaluator: (any GeneratorEvaluator)?

  /// - Parameters:
  ///   - zoo: the zoo with the run.
  ///   - run: the run to continue.
  ///   - assignments: settings to change.
  ///   - isFork: whether a new run starts with them, which may change any setting.
  ///   - folder: the data set's folder that the user named.
  ///   - threads: the threads of evaluations.
  /// - Throws: ``ModelZooError`` and ``RecipeError`` for settings, `StoreError` for graphs, `DatasetError` for data.
  init(
    _ zoo: ModelZoo, _ run: Run, changing assignments: [String], isFork: Bool = false, data folder: URL?, threads: Int
  ) throws {
    let old = try zoo.specification(of: run)
    var specification = try old.setting(assignments, continuing: isFork ? nil : run.id, zoo.catalogue)
    let stored = try zoo.store.runGraphs(of: run.id)
    algorithm = try specification.settings.algorithm(stored.networks)
    var changed: [String: Graph] = [:]
    if !specification.settings.isEqual(to: old.settings) {
      try Self.check(stored.networks, for: specification.settings)
      // Only graphs that the settings change are replaced. A run keeps its other graphs.
      let previous = try old.settings.algorithm(stored.networks)
      let (before, after) = (
        try RunGraphs(previous, stored.networks).stored, try RunGraphs(algorithm, stored.networks).stored
      )
      changed = after.filter { before[$0.key] != $0.value }
    }
    let data = try specification.dataset.map {
      try zoo.load($0, named: folder, kept: run.data, matching: specification.fingerprint)
    }
    self.data = data
    let training = specification.dataset.flatMap { settings in
      data.map { DatasetPart.split($0, validation: settings.validation).training }
    }
    let evaluation = try zoo.generatorEvaluator(
      specification.settings, data: training, labels: specification.labels, threads: threads)
    if evaluation != nil {
      try Self.check(evaluation?.digest, of: run.id, old, isFork && specification != old)
      specification.featuresDigest = evaluation?.digest
    }
    evaluator = evaluation?.evaluator
    self.specification = specification
    seed = run.seed
    changes = try old.changes(to: specification)
    graphs = RunGraphs(stored: stored.stored.merging(changed) { $1 })
    changedGraphs = changed
  }

  /// - Throws: ``ModelZooError`` if a run's evaluations would use another network of features than before.
  private static func check(
    _ digest: String?, of run: String, _ old: RunSpecification, _ mayDiffer: Bool
  ) throws {
    guard !mayDiffer, let expected = old.featuresDigest, digest != expected else { return }
    throw ModelZooError(
      .invalidRun,
      "the network of features '\(old.settings.generatorEvaluation?.features ?? "")' has changed since run \(run) "
        + "began, so its evaluations could not be compared; restore the network, or set evaluation.every=0")
  }

  /// - Throws: ``ModelZooError`` if a network can't be trained with the settings.
  private static func check(_ networks: [String: Graph], for settings: any AlgorithmSettings) throws {
    guard let batch = settings.networkBatch else { return }
    for (role, graph) in networks.sorted(by: { $0.key < $1.key }) {
      do { try graph.checkNormalizations(batch: batch) } catch {
        throw ModelZooError(.invalidArgument, "the network '\(role)' does not fit the changed settings", cause: error)
      }
    }
  }

  /// Draws the pictures of samples that the run keeps; nil if it keeps none.
  ///
  /// - Throws: ``ModelZooError`` if its samples are no pictures.
  func sampler(threads: Int) throws -> ProgressSampler? {
    try ProgressSampler(specification, graphs, seed: seed, threads: threads)
  }

  /// A trainer at a checkpoint.
  ///
  /// - Throws: the trainer's errors.
  func trainer(at state: TrainingState, target: Int, _ makeRunner: @escaping MakeProgramRunner) throws -> any Trainer {
    var setup = TrainingSetup(
      seed: seed, target: target, programs: graphs.programs.isEmpty ? nil : graphs.programs, makeRunner: makeRunner)
    if let data, let settings = specification.dataset { setup.use(data, settings) }
    setup.generatorEvaluator = evaluator
    return try algorithm.resume(setup, state)
  }
}
