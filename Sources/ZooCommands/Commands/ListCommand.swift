import ArgumentParser
import Foundation
import GraphIR
import ZooKit
import RunStore

/// `zoo list`.
struct ListCommand: StoreCommand {
  /// A kind of thing to list.
  enum Subject: String, ExpressibleByArgument, CaseIterable { case models, runs, checkpoints, graphs }

  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List models by kind, runs, the checkpoints of a run, newest first, or graphs.")

  @Argument(help: "models, runs, checkpoints or graphs; by default all but checkpoints.")
  var subject: Subject?

  @Argument(help: ArgumentHelp("For checkpoints: the run.", valueName: "run"))
  var reference: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Only runs with this value of status, model, name, tag, algorithm, op or parent.", valueName: "key=value"))
  var filter: [String] = []

  @Option(
    parsing: .unconditional,
    help: "Sort runs by updated (default), created, step, name, model, or a metric; a leading - reverses the order."
  )
  var sort: String?

  @Option(help: "The most entries to list.")
  var limit: Int?

  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (subject == .checkpoints) == (reference != nil) else {
      throw ValidationError("RUN is for checkpoints only: \(ZooProgram.current.name) list checkpoints RUN.")
    }
    guard subject == .runs || subject == nil || (filter.isEmpty && sort == nil) else {
      throw ValidationError("--filter and --sort are for runs only.")
    }
    if let limit, limit < 1 { throw ValidationError("--limit: expected at least 1, found \(limit).") }
    _ = try runFilter()
  }

  func run() throws {
    switch subject {
    case .models: try listModels()
    case .runs: try listRuns()
    case .checkpoints: try listCheckpoints(of: reference ?? "")
    case .graphs: try listGraphs(options.existing().store.namedGraphs())
    case nil:
      guard !output.json else {
        throw ValidationError("--json: expected models, runs, graphs or checkpoints RUN to list.")
      }
      try listModels()
      print("")
      if options.exists {
        try listRuns()
        let graphs = try options.existing().store.namedGraphs()
        guard !graphs.isEmpty else { return }
        print("")
        try listGraphs(graphs)
      } else {
        print("No runs yet. The main model: \(ZooProgram.current.name) train wgan-gp-fashion")
        print("The small one, to try first: \(ZooProgram.current.name) train wgan-gp-tiny")
      }
    }
  }

  private struct ModelRecord: Encodable {
    let name, summary, algorithm: String
    let dataset, environment: String?
    let steps: Int
    /// None if the networks can't be built without Python.
    let parameters: [String: Int]?
    let isTrained: Bool

    var kind: ModelKind { ModelKind(algorithm: algorithm, environment: environment) }

    init(_ recipe: Recipe, isTrained: Bool) {
      (name, summary, algorithm) = (recipe.name, recipe.summary, recipe.algorithm)
      (dataset, environment, steps) = (recipe.dataset?.name, recipe.environment?.id, recipe.steps)
      parameters = recipe.networks.mapValues(\.graph.trainableCount)
      self.isTrained = isTrained
    }

    init(_ card: RecipeCard, isTrained: Bool) {
      (name, summary, algorithm) = (card.name, card.summary, card.algorithm)
      (dataset, environment, steps, parameters) = (nil, card.environment, card.steps, nil)
      self.isTrained = isTrained
    }
  }

  private func listModels() throws {
    let catalogue = ZooProgram.current.catalogue
    let trained = Set(catalogue.trainedNames)
    let all =
      try catalogue.recipes().map { ModelRecord($0, isTrained: trained.contains($0.name)) }
      + catalogue.cards().map { ModelRecord($0, isTrained: trained.contains($0.name)) }
    let models = all.sorted { $0.name < $1.name }.prefix(limit ?? .max)
    guard !output.json else { return try printJSON(Array(models)) }
    var table = Table([
      .init(title: "MODEL"), .init(title: "STEPS", isNumeric: true), .init(title: "PARAMETERS", isNumeric: true),
      .init(title: "TRAINED"), .init(title: "SUMMARY"),
    ])
    for kind in ModelKind.allCases {
      let members = models.filter { $0.kind == kind }
      guard !members.isEmpty else { continue }
      table.add([kind.rawValue, "", "", "", ""])
      for model in members {
        let count = model.parameters.map { Format.count($0.values.reduce(0, +)) } ?? ""
        let mark = model.isTrained ? "yes" : ""
        table.add(["  \(model.name)", Format.count(model.steps), count, mark, model.summary])
      }
    }
    table.printOut()
  }

  private func listRuns() throws {
    let (order, isDescending) = runOrder()
    let runs = try options.existing().store.runs(runFilter(), by: order, descending: isDescending, limit: limit)
    if case .metric(let key) = order, let first = runs.first, first.latestMetrics[key] == nil {
      throw ValidationError("--sort \(key): no run has a metric of that name.")
    }
    guard !output.json else { return try printJSON(runs.map(RunRecord.init)) }
    guard !runs.isEmpty else { return print("No runs\(filter.isEmpty ? " yet" : " fit").") }
    let metrics = ["return", "evaluation", "critic", "penalty", "wasserstein", "margin"].filter { key in
      runs.contains { $0.listedMetrics.contains(key) }
    }
    let hasTags = runs.contains { !$0.tags.isEmpty }
    var table = Table(
      [.init(title: "RUN"), .init(title: "NAME")] + (hasTags ? [.init(title: "TAGS")] : [])
        + [.init(title: "MODEL"), .init(title: "STEP", isNumeric: true)]
        + metrics.map { .init(title: $0.uppercased(), isNumeric: true) } + [
          .init(title: "STATUS"), .init(title: "UPDATED"), .init(title: ""),
        ])
    for run in runs {
      let hint =
        run.status == .interrupted
        ? "resume with: \(ZooProgram.current.name) resume \(run.id)\(options.hint)" : run.message ?? ""
      table.add(
        [run.id, run.name ?? ""] + (hasTags ? [run.tags.joined(separator: ", ")] : [])
          + [run.model, Format.count(run.step)]
          + metrics.map { key in
            run.latestMetrics[key].flatMap { run.listedMetrics.contains(key) ? Format.metric($0.value) : nil } ?? ""
          }
          + [run.status.rawValue, Format.ago(run.updated), hint])
    }
    table.printOut()
  }

  private func listCheckpoints(of reference: String) throws {
    let store = try options.existing().store
    let checkpoints = try store.checkpoints(of: store.resolve(reference).run.id).prefix(limit ?? .max)
    guard !output.json else { return try printJSON(checkpoints.map(CheckpointRecord.init)) }
    var table = Table([
      .init(title: "CHECKPOINT"), .init(title: "SIZE", isNumeric: true), .init(title: "WRITTEN"),
      .init(title: "STATE DIGEST"),
    ])
    for checkpoint in checkpoints {
      table.add([
        checkpoint.id.description, Format.bytes(checkpoint.byteCount), Format.ago(checkpoint.created),
        String(checkpoint.stateDigest.description.prefix(16)),
      ])
    }
    table.printOut()
  }

  private struct GraphEntryRecord: Encodable {
    let name: String
    let created: Date
    let inputs, outputs: [String]
    let nodes, parameters, bytes: Int

    init(_ entry: NamedGraphEntry) {
      let graph = entry.interface
      (name, created) = (entry.name, entry.created)
      inputs = graph.inputs.map { graph.describe($0.type) }
      outputs = graph.outputs.map { graph.describe($0.type) }
      (nodes, parameters, bytes) = (entry.nodeCount, graph.trainableCount, entry.byteCount)
    }
  }

  private func listGraphs(_ graphs: [NamedGraphEntry]) throws {
    let graphs = graphs.prefix(limit ?? .max).map(GraphEntryRecord.init)
    guard !output.json else { return try printJSON(graphs) }
    guard !graphs.isEmpty else {
      return print("No graphs yet. '\(ZooProgram.current.name) import FILE.onnx' adds one.")
    }
    var table = Table([
      .init(title: "GRAPH"), .init(title: "NODES", isNumeric: true), .init(title: "PARAMETERS", isNumeric: true),
      .init(title: "SIZE", isNumeric: true), .init(title: "INPUTS"), .init(title: "OUTPUTS"),
      .init(title: "IMPORTED"),
    ])
    for graph in graphs {
      table.add([
        graph.name, Format.count(graph.nodes), Format.count(graph.parameters), Format.bytes(graph.bytes),
        graph.inputs.joined(separator: ", "), graph.outputs.joined(separator: ", "), Format.ago(graph.created),
      ])
    }
    table.printOut()
  }

  private func runFilter() throws -> RunFilter {
    var result = RunFilter()
    for text in filter {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw ValidationError("--filter \(text): expected key=value.") }
      switch parts[0] {
      case "name": result.name = parts[1]
      case "model": result.model = parts[1]
      case "tag": result.tag = parts[1]
      case "algorithm": result.algorithm = parts[1]
      case "parent": result.parent = parts[1]
      case "status":
        guard let status = Run.Status(rawValue: parts[1]) else {
          throw ValidationError(
            "--filter \(text): expected \(Run.Status.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        result.status = status
      case "op":
        guard let op = Op(rawValue: parts[1]) else {
          throw ValidationError("--filter \(text): there is no operator of that name.")
        }
        result.op = op
      default:
        throw ValidationError("--filter \(text): expected status, model, name, tag, algorithm, op or parent.")
      }
    }
    return result
  }

  /// The order of runs: names ascend, everything else descends; a leading - reverses it.
  private func runOrder() -> (RunOrder, isDescending: Bool) {
    let sort = sort ?? "updated"
    let isReversed = sort.hasPrefix("-")
    let order = RunOrder(isReversed ? String(sort.dropFirst()) : sort)
    // Texts are sorted from A on.
    return (order, [.name, .model].contains(order) ? isReversed : !isReversed)
  }
}

extension Run {
  /// The metrics of the run that a list has columns for. An agent's returns say more than its losses.
  fileprivate var listedMetrics: [String] {
    let listed =
      latestMetrics["return"] == nil ? ["critic", "penalty", "wasserstein", "margin"] : ["return", "evaluation"]
    return listed.filter { latestMetrics[$0] != nil }
  }
}
