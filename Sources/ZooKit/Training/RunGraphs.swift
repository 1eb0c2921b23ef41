import TrainingAlgorithms
import GraphIR
import RunStore

/// The graphs of a run: its networks by role, and the programs that train them by name.
public struct RunGraphs: Sendable {
  /// The networks.
  public var networks: [String: Graph]
  /// The programs. Runs of an early version have none.
  public var programs: [String: Graph]

  /// The role of an agent's policy. Its parameters have the same names in a checkpoint.
  public static let policy = "policy"
  private static let prefix = "program/"

  init(networks: [String: Graph], programs: [String: Graph]) {
    self.networks = networks
    self.programs = programs
  }

  /// The graphs that a run of an algorithm keeps: the given networks, and others that the algorithm derives from them.
  ///
  /// - Throws: errors of tracing.
  init(_ algorithm: any Algorithm, _ networks: [String: Graph]) throws {
    self.init(networks: networks.merging(algorithm.roles) { own, _ in own }, programs: try algorithm.programs())
    self.networks[Self.policy] = try algorithm.policyGraph()
  }

  /// Creates the graphs from those in a store, where the names of programs have the prefix `program/`.
  init(stored: [String: Graph]) {
    networks = stored.filter { !$0.key.hasPrefix(Self.prefix) }
    let programs = stored.filter { $0.key.hasPrefix(Self.prefix) }
    self.programs = Dictionary(
      uniqueKeysWithValues: programs.map { (String($0.key.dropFirst(Self.prefix.count)), $0.value) })
  }

  /// The graphs as a store keeps them.
  var stored: [String: Graph] {
    networks.merging(programs.map { (Self.prefix + $0.key, $0.value) }) { first, _ in first }
  }
}

extension RunGraphs {
  /// The names of the networks' parameters in a checkpoint, sorted. Those of a policy are those of the other networks,
  /// without a prefix.
  public var weightNames: [String] {
    networks.filter { $0.key != Self.policy }.flatMap { role, graph in graph.parameters.map { "\(role)/\($0.name)" } }
      .sorted()
  }

  /// The role of the network that generates samples: the moving average of the generator if there is one.
  var generator: String { networks[WGANGP.averageRole] == nil ? "generator" : WGANGP.averageRole }
}

extension Store {
  /// The graphs of a run.
  ///
  /// - Throws: `StoreError` if there is no such run or a graph is damaged.
  public func runGraphs(of run: String) throws -> RunGraphs { RunGraphs(stored: try graphs(of: run)) }
}
