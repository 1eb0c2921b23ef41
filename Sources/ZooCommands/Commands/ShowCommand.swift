import ArgumentParser
import Foundation
import GraphIR
import ZooKit
import RunStore

/// `zoo show`.
struct ShowCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a model, a run, a checkpoint or a graph: card, networks, settings, metrics, lineage.")

  @Argument(
    help: "A model, MODEL:trained, RUN, RUN@STEP, RUN@latest or RUN@best, the name of a graph, or an ONNX file.")
  var reference: String

  @Flag(help: "Print every recorded metric of the run instead.")
  var metrics = false

  @Flag(help: "Print the networks' graphs, or the graph, as text instead.")
  var graphs = false

  @Option(
    defaultAsFlag: "",
    help: ArgumentHelp(
      """
      Print a network, a program, or the graph in ONNX's textual syntax instead. Large tensors are left out; \
      export writes them.
      """, valueName: "name"))
  var graph: String?

  @Flag(help: "Print every setting of the model that --set can change instead: value, expected values, meaning.")
  var settings = false

  @Option(
    help: ArgumentHelp("Print the plan of one of the run's programs instead, such as 'critic'.", valueName: "program"))
  var plan: String?

  @Option(
    help: ArgumentHelp(
      "With --plan: run the plan N times, and print each instruction's share of the time.", valueName: "N"))
  var profile: Int?

  @Flag(help: "Print the pictures of samples that the run has kept instead, or write them with -o.")
  var samples = false

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      """
      With --samples: a folder for a PNG file for each step, or FILE.png for one picture; - for standard output. \
      With --graph: FILE.svg for a drawing.
      """))
  var target: String?

  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard [metrics, graphs, graph != nil, settings, plan != nil, samples].count(where: { $0 }) <= 1 else {
      throw ValidationError("--metrics, --graphs, --graph, --settings, --plan and --samples exclude each other.")
    }
    guard target == nil || samples || graph != nil else { throw ValidationError("-o needs --samples or --graph.") }
    guard profile == nil || plan != nil else { throw ValidationError("--profile needs --plan.") }
    if let profile, profile < 1 { throw ValidationError("--profile: expected at least 1, found \(profile).") }
  }

  func run() throws {
    if let trained = try options.trained(reference) { return try show(trained) }
    if let file = ModelFile(reference) { return try show(file) }
    // A name that is not a model's is a run's or a graph's.
    let recipe: RecipeError
    do {
      return try show(options.recipe(named: reference))
    } catch let error as RecipeError where error.code == .unknownRecipe {
      recipe = error
    }
    let store: Store
    let resolved: Reference
    do {
      let zoo = try options.existing()
      store = zoo.store
      switch try zoo.find(reference) {
      case .run(let found): resolved = found
      case .graph(let name): return try show(zoo.graph(name))
      }
    } catch let error as StoreError where error.code == .unknownRun {
      throw ModelZooError(.invalidArgument, "\(error.message); and \(recipe.message)\(likelyTrained)")
    } catch let error as ModelZooError {
      throw ModelZooError(error.code, "\(error.message); and \(recipe.message)\(likelyTrained)", remedy: error.remedy)
    }
    guard !settings else {
      throw ValidationError(
        "--settings is for models only; '\(reference)' is a run, whose settings are shown without the option.")
    }
    if let graph { return try show(graph, of: resolved.run, options.existing()) }
    if metrics { return try showMetrics(of: resolved.run, store) }
    if samples { return try showSamples(of: resolved.run) }
    if let plan {
      return try PlanProfile(options.existing().plan(reference, plan), runs: profile).printOut(json: output.json)
    }
    let graphs = try store.runGraphs(of: resolved.run.id).networks
    if self.graphs { return try show(graphs) }
    let checkpoint = try store.checkpoint(of: resolved.run.id, at: resolved.checkpoint ?? .latest)
    try show(resolved.run, checkpoint, graphs)
  }

  /// The trained model that a reference to nothing probably means, as the end of a message.
  private var likelyTrained: String {
    ZooProgram.current.catalogue.likelyTrained(reference).map { "; did you mean '\($0)'?" } ?? ""
  }

  private struct ModelRecord: Encodable {
    let name, summary, algorithm: String
    let dataset, environment: String?
    let licence: String?
    let references: [String]
    let steps: Int
    let networks: [NetworkRecord]
    let recipe: String
  }

  private struct NetworkRecord: Encodable {
    let role, input, output: String
    let parameters: Int
    let operators: [String]

    init(_ role: String, _ graph: Graph) {
      self.role = role
      input = graph.inputs.map { graph.describe($0.type) }.joined(separator: ", ")
      output = graph.outputs.map { graph.describe($0.type) }.joined(separator: ", ")
      parameters = graph.trainableCount
      operators = graph.nodes.map(\.op.rawValue)
    }

    var line: String {
      "  \(role): \(input) → \(output), \(Format.count(parameters)) parameters, \(operators.count) nodes"
    }
  }

  private func networkRecords(_ graphs: [String: Graph]) -> [NetworkRecord] {
    graphs.sorted { $0.key < $1.key }.map { NetworkRecord($0.key, $0.value) }
  }

  private func show(_ graphs: [String: Graph]) throws {
    guard !output.json else { return try printJSON(graphs.mapValues { "\($0)" }) }
    graphs.sorted { $0.key < $1.key }.forEach { print($0.value) }
  }

  private func show(_ settings: [SettingDescription]) throws {
    guard !output.json else { return try printJSON(settings) }
    var table = Table([
      .init(title: "SETTING"), .init(title: "VALUE"), .init(title: "EXPECTED"), .init(title: "MEANING"),
    ])
    for setting in settings { table.add([setting.path, setting.value, setting.expected, setting.summary]) }
    table.printOut()
  }

  private func show(_ recipe: Recipe) throws {
    guard !metrics, plan == nil, !samples else {
      throw ValidationError("--metrics, --plan and --samples are for runs only; '\(reference)' is a model.")
    }
    let graphs = recipe.networks.mapValues(\.graph)
    if self.graphs { return try show(graphs) }
    if let graph { return try show(graph, of: recipe) }
    if settings { return try show(recipe.settings.descriptions) }
    let networks = networkRecords(graphs)
    guard !output.json else {
      return try printJSON(
        ModelRecord(
          name: recipe.name, summary: recipe.summary, algorithm: recipe.algorithm,
          dataset: recipe.dataset?.name, environment: recipe.environment?.id,
          licence: recipe.licence, references: recipe.references, steps: recipe.steps, networks: networks,
          recipe: recipe.text))
    }
    print("\(recipe.name): \(recipe.summary)\n")
    print("algorithm   \(recipe.algorithm)")
    if let dataset = recipe.dataset { print("data set    \(dataset.name)") }
    if let environment = recipe.environment {
      let count = environment.copies
      let workers = environment.workers.map { " in \($0) process\($0 == 1 ? "" : "es")" } ?? ""
      print("environment \(environment.id), \(count) parallel environment\(count == 1 ? "" : "s")\(workers)")
    }
    print("steps       \(Format.count(recipe.steps))")
    if let licence = recipe.licence { print("licence     \(licence)") }
    if !recipe.references.isEmpty { print("references  \(recipe.references.joined(separator: ", "))") }
    print("networks")
    networks.forEach { print($0.line.escapedLine) }
    print("\ntrain it:   \(ZooProgram.current.name) train \(reference)")
  }

  private struct RunDetail: Encodable {
    let run: RunRecord
    let step: Int
    let stateDigest: String
    let checkpointBytes: Int
    let checkpointWritten: Date
    let networks: [NetworkRecord]
    let specification: RunSpecification
    let events: [EventRecord]
    let pictures: [PictureRecord]
  }

  private func show(_ run: Run, _ checkpoint: Checkpoint, _ graphs: [String: Graph]) throws {
    let networks = networkRecords(graphs)
    let store = try options.existing().store
    let (events, pictures) = (try store.events(of: run.id), try store.pictures(of: run.id))
    guard !output.json else {
      return try printJSON(
        RunDetail(
          run: RunRecord(run), step: checkpoint.id.step, stateDigest: checkpoint.stateDigest.description,
          checkpointBytes: checkpoint.byteCount, checkpointWritten: checkpoint.created, networks: networks,
          specification: try RunSpecification(
            json: run.settings, run: run.id, catalogue: ZooProgram.current.catalogue),
          events: events.map(EventRecord.init), pictures: pictures.map(PictureRecord.init)))
    }
    let target = run.targetStep.map { " of \(Format.count($0))" } ?? ""
    print(
      "run \(run.id)\(run.name.map { " (\($0.escapedLine))" } ?? "") of \(run.model.escapedLine): "
        + "\(run.status.rawValue) at step \(Format.count(run.step))\(target)")
    if let message = run.message { print("  \(message.escaped)") }
    if !run.tags.isEmpty { print("  tags: \(run.tags.joined(separator: ", ").escapedLine)") }
    let note = run.note?.split(separator: "\n", omittingEmptySubsequences: false) ?? []
    for line in note { print("  \(String(line).escapedLine)") }
    print(
      """

      seed        \(run.seed)
      began       \(run.created.formatted(.iso8601)), \(Format.ago(run.created))
      updated     \(run.updated.formatted(.iso8601)), \(Format.ago(run.updated))
      computed    \(run.backend.escapedLine), \(run.threads) threads, \(run.machine.escapedLine)
      checkpoint  \(checkpoint.id), \(Format.bytes(checkpoint.byteCount)), \(Format.ago(checkpoint.created))
      state       \(checkpoint.stateDigest)
      """)
    if let platform = try run.recordedPlatform {
      let facts = platform.facts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      print("platform    \(facts.joined(separator: "; ").escapedLine)")
    }
    if try !options.existing().continuesEpisodes("\(checkpoint.id)") {
      print("resume      not bit for bit: the environment can't be saved, so new episodes begin")
    }
    if let parent = run.parent { print("parent      \(parent)") }
    let lineage = LineageTree(try options.existing().store.runs()).lines(of: run)
    if !lineage.isEmpty { print("lineage") }
    for (branch, member) in lineage {
      let origin = member.parent.map { " from step \(Format.count($0.step))" } ?? ""
      let name = member.name.map { " (\($0.escapedLine))" } ?? ""
      let state = "\(member.status.rawValue) at step \(Format.count(member.step))"
      print("  \(branch)\(member.id)\(name)\(origin): \(state)\(member.id == run.id ? "  <- this run" : "")")
    }
    print("settings")
    let settings = try JSONSerialization.jsonObject(with: Data(run.settings.utf8))
    flatten(settings, "").forEach { print("  \($0.path): \($0.value)".escapedLine) }
    print("networks")
    networks.forEach { print($0.line.escapedLine) }
    if !run.latestMetrics.isEmpty { print("metrics") }
    for (key, metric) in run.latestMetrics.sorted(by: { $0.key < $1.key }) {
      print("  \(key.escapedLine): \(Format.metric(metric.value)) at step \(Format.count(metric.step))")
    }
    if let last = pictures.last {
      print("samples\n  pictures: \(pictures.count), the last one at step \(Format.count(last.step))")
    }
    if !events.isEmpty { print("history") }
    for event in events {
      print("  step \(Format.count(event.step)), \(Format.ago(event.created)): \(event.message.escaped)")
    }
    if run.status == .interrupted { print("\ncontinue:   \(ZooProgram.current.name) resume \(run.id)\(options.hint)") }
  }

  /// The leaves of a JSON value by path, for example `settings.penalty.weight`.
  func flatten(_ json: Any, _ path: String) -> [(path: String, value: String)] {
    guard let object = json as? [String: Any] else {
      let list = (json as? [Any]).map { "[" + $0.map(leaf).joined(separator: ", ") + "]" }
      return [(path, list ?? leaf(json))]
    }
    return object.sorted { $0.key < $1.key }.flatMap { flatten($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
  }

  /// The text of a JSON number, string or boolean. Foundation represents booleans as numbers of type `c`.
  private func leaf(_ json: Any) -> String {
    guard let number = json as? NSNumber, String(cString: number.objCType) == "c" else { return "\(json)" }
    return "\(number.boolValue)"
  }

  private func showMetrics(of run: Run, _ store: Store) throws {
    let metrics = try store.metrics(of: run.id)
    guard !output.json else { return try printJSON(metrics.map(MetricRecord.init)) }
    print("key,step,value")
    for metric in metrics { print("\(metric.key.escapedLine),\(metric.step),\(metric.value)") }
  }
}
