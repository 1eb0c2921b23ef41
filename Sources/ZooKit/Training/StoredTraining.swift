import Checkpointing
import Algorithms
import Datasets
import Foundation
import GraphIR
import NN
import RunStore

/// A stored run as training continues it: its settings, its graphs and its data.
struct StoredTraining {
  /// The settings, with those that are changed.
  let specification: RunSpecification
  /// A line for each setting that is changed.
  let changes: [String]
  /// The graphs as they are stored, with those that the changes lead to.
  let graphs: RunGraphs
  /// The graphs that the changes lead to, as a store keeps them.
  let changedGraphs: [String: Graph]
  private let algorithm: any Algorithm
  private let seed: UInt64
  private let data: (any Dataset)?

  /// - Parameters:
  ///   - assignments: settings to change.
  ///   - isFork: whether a new run begins with them, which may change any.
  ///   - folder: the data set's folder that the user named.
  /// - Throws: ``ModelZooError`` and ``RecipeError`` for settings, ``StoreError`` for graphs, `DatasetError` for data.
  init(_ zoo: ModelZoo, _ run: Run, changing assignments: [String], isFork: Bool = false, data folder: URL?) throws {
    let old = try zoo.specification(of: run)
    let specification = try old.setting(assignments, continuing: isFork ? nil : run.id, zoo.catalogue)
    let stored = try zoo.store.runGraphs(of: run.id)
    algorithm = try specification.settings.algorithm(stored.networks)
    var changed: [String: Graph] = [:]
    if !specification.settings.isEqual(to: old.settings) {
      try Self.check(stored.networks, for: specification.settings)
      // Programs are traced anew only where the settings make a difference, so that a run keeps what it began with.
      let previous = try old.settings.algorithm(stored.networks)
      let (before, after) = (
        try RunGraphs(previous, stored.networks).stored, try RunGraphs(algorithm, stored.networks).stored
      )
      changed = after.filter { before[$0.key] != $0.value }
    }
    data = try specification.dataset.map {
      try DataFolder.load(
        zoo.catalogue.dataset(named: $0), matching: specification.fingerprint, named: folder, kept: run.data)
    }
    self.specification = specification
    seed = run.seed
    changes = try old.changes(to: specification)
    graphs = RunGraphs(stored: stored.stored.merging(changed) { $1 })
    changedGraphs = changed
  }

  /// - Throws: ``ModelZooError`` where a network does not train with the settings.
  private static func check(_ networks: [String: Graph], for settings: any AlgorithmSettings) throws {
    guard let batch = settings.networkBatch else { return }
    for (role, graph) in networks.sorted(by: { $0.key < $1.key }) {
      do { try graph.checkNormalizations(batch: batch) } catch {
        throw ModelZooError(.invalidArgument, "the network '\(role)' does not fit the changed settings", cause: error)
      }
    }
  }

  /// A trainer at a checkpoint.
  ///
  /// - Throws: what trainers throw.
  func trainer(at state: TrainingState, target: Int, _ makeRunner: @escaping MakeProgramRunner) throws -> any Trainer {
    let setup = TrainingSetup(
      data: data, seed: seed, target: target, programs: graphs.programs.isEmpty ? nil : graphs.programs,
      makeRunner: makeRunner)
    return try algorithm.resume(setup, state)
  }
}
