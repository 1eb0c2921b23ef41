import Foundation
import GraphIR
import RunStore
import ZooKit

/// A run: card, curves, samples, film, networks, settings, history, checkpoints, and forms for changes.
struct RunPage {
  private let zoo: ModelZoo
  private let run: Run
  private let request: CurveRequest
  private let allowsChanges: Bool

  /// - Throws: `StoreError` if there is no such run; ``ServerError`` with code `badRequest`.
  init(_ id: String, _ query: Query, _ zoo: ModelZoo, allowsChanges: Bool) throws {
    (self.zoo, self.allowsChanges) = (zoo, allowsChanges)
    run = try zoo.store.run(id)
    request = try CurveRequest(query)
  }

  private struct Fact {
    let name, value: String
    let link: String?
    var isTime = false
  }

  private struct Command {
    let purpose, command: String
  }

  private struct PictureView {
    let image, step: String
  }

  private struct GraphView {
    let name, address, inputs, outputs, parameters, nodes: String
    let file, tensors: String?
  }

  private struct SettingView {
    let path, value, standard: String
    let isChanged: Bool
  }

  private struct EventView {
    let step, time, message: String
  }

  private struct CheckpointView {
    let number, step, time, size, digest: String
    let isBest: Bool
  }

  private struct LineageView {
    let branch, id, title, status: String
    let isThis: Bool
  }

  private struct Content {
    let title, address, status, step, csv, json: String
    let target, message: String?
    let progress: Int?
    let facts: [Fact]
    let commands: [Command]
    let hasCurves, hasPictures, hasLineage, hasFilm, hasEvents, allowsChanges, isRunning: Bool
    let name, note, tags: String
    let fields: CurveFields
    let curves: [CurveFigure]
    let pictures: [PictureView]
    let graphs: [GraphView]
    let settings: [SettingView]
    let lineage: [LineageView]
    let events: [EventView]
    let checkpoints: [CheckpointView]
  }

  private var address: String { "/runs/\(run.id)" }

  /// The page.
  ///
  /// - Throws: `StoreError` if the file can't be read.
  func answer() throws -> Answer {
    let store = zoo.store
    let best = try? store.checkpoint(of: run.id, at: .best).id.step
    let pictures = try store.pictures(of: run.id).filter { $0.name == StoredPicture.samples }
    let (lineage, events) = (try self.lineage(), try store.events(of: run.id))
    let content = Content(
      title: "\(run.title) of \(run.model)", address: address, status: run.status.rawValue,
      step: Format.count(run.step), csv: "\(address)/metrics.csv", json: "/api/v1\(address)/metrics",
      target: run.targetStep.map(Format.count), message: run.message, progress: run.progress, facts: try facts(),
      commands: run.status == .interrupted ? [Command(purpose: "Continue", command: "zoo resume \(run.id)")] : [],
      hasCurves: !run.latestMetrics.isEmpty, hasPictures: !pictures.isEmpty, hasLineage: !lineage.isEmpty,
      hasFilm: PictureAnswers.hasFilm(run, zoo), hasEvents: !events.isEmpty, allowsChanges: allowsChanges,
      isRunning: run.status == .running,
      name: run.name ?? "", note: run.note ?? "", tags: run.tags.joined(separator: ", "),
      fields: CurveFields(request), curves: curves,
      pictures: pictures.map {
        PictureView(image: "\(address)/pictures/\($0.name)/\($0.step).png", step: Format.count($0.step))
      },
      graphs: try graphs(), settings: settings(), lineage: lineage,
      events: events.map {
        EventView(step: Format.count($0.step), time: $0.created.formatted(.iso8601), message: $0.message)
      },
      checkpoints: try store.checkpoints(of: run.id).map {
        CheckpointView(
          number: "\($0.id.step)", step: Format.count($0.id.step), time: $0.created.formatted(.iso8601),
          size: Format.bytes($0.byteCount),
          digest: String("\($0.stateDigest)".prefix(16)), isBest: $0.id.step == best)
      })
    return Templates.page("run", title: "\(run.title), \(run.model)", content, isLive: true)
  }

  private func facts() throws -> [Fact] {
    var facts = [
      Fact(name: "Model", value: run.model, link: "/models/\(Query.encoded(run.model))"),
      Fact(name: "Algorithm", value: run.algorithm, link: "/?algorithm=\(Query.encoded(run.algorithm))"),
      Fact(name: "Seed", value: "\(run.seed)", link: nil),
      Fact(name: "Began", value: run.created.formatted(.iso8601), link: nil, isTime: true),
      Fact(name: "Last write", value: run.updated.formatted(.iso8601), link: nil, isTime: true),
      Fact(name: "Computed by", value: "\(run.backend), \(run.threads) threads, \(run.machine)", link: nil),
    ]
    if !run.tags.isEmpty { facts.append(Fact(name: "Tags", value: run.tags.joined(separator: ", "), link: nil)) }
    if let parent = run.parent {
      facts.append(Fact(name: "Forked from", value: parent.description, link: "/runs/\(parent.run)"))
    }
    if let data = run.data { facts.append(Fact(name: "Data", value: data, link: nil)) }
    for (name, value) in try run.recordedPlatform?.facts.sorted(by: { $0.key < $1.key }) ?? [] {
      facts.append(Fact(name: name, value: value, link: nil))
    }
    return facts
  }

  /// A drawing of each metric; those that say most come first.
  private var curves: [CurveFigure] {
    let first = MetricPlot.usual.filter { run.latestMetrics[$0] != nil }
    let others = run.latestMetrics.keys.sorted().filter { !first.contains($0) }
    return (first + others).compactMap { key in
      run.latestMetrics[key].map { metric in
        let parameters = request.parameters(of: key)
        return CurveFigure(
          name: key, value: Format.metric(metric.value), step: Format.count(metric.step),
          image: "\(address)/curve.svg\(parameters)", file: "\(address)/curve.png\(parameters)&width=1120&height=600",
          points: "/api/v1\(address)/curve\(parameters)",
          text: "The course of \(key); the last value is \(Format.metric(metric.value))")
      }
    }
  }

  private func graphs() throws -> [GraphView] {
    let graphs = try zoo.store.runGraphs(of: run.id)
    func view(_ name: String, _ graph: Graph, isNetwork: Bool) -> GraphView {
      func types(_ values: [Graph.Value]) -> String {
        let shown = values.prefix(4).map { "\($0.name) \(graph.describe($0.type))" }
        return (shown + (values.count > 4 ? ["and \(values.count - 4) more"] : [])).joined(separator: ", ")
      }
      let path = "\(address)/graphs/\(Query.encoded(name))"
      return GraphView(
        name: name, address: path, inputs: types(graph.inputs), outputs: types(graph.outputs),
        parameters: Format.count(graph.trainableCount), nodes: Format.count(graph.nodes.count),
        file: "\(path)/model.onnx", tensors: isNetwork ? "\(path)/model.safetensors" : nil)
    }
    return graphs.networks.sorted { $0.key < $1.key }.map { view($0.key, $0.value, isNetwork: true) }
      + graphs.programs.sorted { $0.key < $1.key }.map { view("program/\($0.key)", $0.value, isNetwork: false) }
  }

  /// The settings of the run beside those of the recipe that the program has under the model's name.
  private func settings() -> [SettingView] {
    let own = Dictionary(uniqueKeysWithValues: run.settingPaths.map { ($0, run.setting($0) ?? "") })
    let recipe = (try? RunSettings(run, zoo)) ?? RunSettings()
    let shown = recipe.own.isEmpty ? own : recipe.own
    return shown.sorted { $0.key < $1.key }.map { path, value in
      let standard = recipe.standard[path]
      return SettingView(
        path: path, value: value, standard: standard ?? "", isChanged: standard.map { $0 != value } ?? false)
    }
  }

  private func lineage() throws -> [LineageView] {
    guard try run.parent != nil || zoo.store.runCount(RunFilter(parent: run.id)) > 0 else { return [] }
    return try LineageTree(zoo.store.runs()).lines(of: run).map { branch, member in
      LineageView(
        branch: branch, id: member.id,
        title: member.title + (member.parent.map { " from step \(Format.count($0.step))" } ?? ""),
        status: "\(member.status.rawValue) at step \(Format.count(member.step))", isThis: member.id == run.id)
    }
  }
}
