import Checkpointing
import Foundation
import GraphIR
import RunStore

/// The part of a run that ONNX has no place for, as JSON in a file's metadata.
public struct RunManifest: Codable, Sendable {
  /// The number of steps done at the export.
  public let step: Int
  /// The model's name.
  public let model: String
  /// The recipe's text.
  public let recipe: String
  /// The seed of all its random streams.
  public let seed: UInt64
  /// The algorithm's name.
  public let algorithm: String
  /// Its settings, a JSON object.
  public internal(set) var settings: String
  /// The target number of steps.
  public let targetStep: Int?
  /// The device that computes it, for example `cpu`.
  public let backend: String
  /// The class of machine on which it started.
  public let machine: String
  /// The number of threads with which it started.
  public let threads: Int
  /// Versions, processor and instruction set, a JSON object of texts.
  public let platform: String?
  /// The names of the state's tensors.
  let tensors: [String]
  /// The graphs as text, by their names in a store.
  let graphs: [String: String]
  /// The random streams, by name.
  let streams: [String: RandomStream]
  /// Counts and positions, by name.
  let counters: [String: Int64]

  init(_ run: Run, recipe: String, graphs: RunGraphs, state: TrainingState) {
    step = state.step
    model = run.model
    self.recipe = recipe
    seed = run.seed
    algorithm = run.algorithm
    settings = run.settings
    targetStep = run.targetStep
    backend = run.backend
    machine = run.machine
    threads = run.threads
    platform = run.platform
    tensors = state.tensors.keys.sorted()
    self.graphs = graphs.stored.mapValues { GraphPrinter.text(of: $0) }
    streams = state.streams
    counters = state.counters
  }

  /// - Throws: ``ModelZooError`` if the text is no manifest.
  init(json: String) throws {
    do { self = try JSONDecoder().decode(Self.self, from: Data(json.utf8)) } catch {
      throw ModelZooError(
        .invalidArgument,
        "the metadata '\(RunFile.Key.manifest)': expected the manifest of a run, found other text; "
          + "export the run again", cause: error)
    }
  }

  /// The JSON object, with sorted keys.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// The run's graphs.
  ///
  /// - Throws: ``ModelZooError`` that names a graph whose text is not valid.
  func runGraphs() throws -> RunGraphs {
    var stored: [String: Graph] = [:]
    for (name, text) in graphs {
      do {
        let graph = try GraphParser.graph(from: text)
        try graph.verify()
        stored[name] = graph
      } catch {
        throw ModelZooError(
          .invalidArgument, "the graph '\(name)' of the run's manifest is not valid; export the run again", cause: error
        )
      }
    }
    return RunGraphs(stored: stored)
  }

  /// A new run with the manifest's settings.
  func newRun(named name: String?) -> NewRun {
    NewRun(
      name: name, model: model, recipe: recipe, seed: seed, algorithm: algorithm, settings: settings,
      targetStep: targetStep, backend: backend, machine: machine, threads: threads, platform: platform)
  }
}
