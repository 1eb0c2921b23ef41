import Foundation
import Hummingbird
import RunStore
import ZooKit

/// The JSON interface. Its description is `/api/v1/openapi.json`.
enum API {
  /// The beginning of all addresses.
  static let prefix = "/api/v1"

  /// A parameter of an address, in its path or after `?`.
  struct Parameter: Sendable {
    let name, meaning: String
    var isRequired = false
    var values: [String] = []
    /// For a number: the least one, the greatest one, and whether it is whole.
    var number: Bounds?
  }

  /// The numbers that a parameter can be.
  struct Bounds: Sendable {
    var least: Double?
    var most: Double?
    var isWhole = false
  }

  /// An address with its meaning and its answer.
  struct Endpoint: Sendable {
    let path, summary: String
    var parameters: [Parameter] = []
    let answer: @Sendable (ModelZoo, Parameters, Query) throws -> Data

    /// The names in braces of the path, as OpenAPI has them.
    var names: [String] { path.split(separator: "/").filter { $0.hasPrefix(":") }.map { String($0.dropFirst()) } }
  }

  private struct RunList: Encodable {
    let count: Int
    let offset: Int
    let runs: [RunRecord]
  }

  private struct RunDetail: Encodable {
    let run: RunRecord
    let settings: [String: String]
    let networks, programs: [String]
    let checkpoints: [CheckpointRecord]
    let events: [EventRecord]
    let pictures: [PictureRecord]
  }

  private static let curve: [Parameter] = [
    .init(name: "metric", meaning: "The name of the metric.", isRequired: true),
    .init(name: "x", meaning: "The horizontal axis.", values: MetricPlot.Abscissa.allCases.map(\.rawValue)),
    .init(
      name: "smooth", meaning: "The weight of earlier values in an exponential mean.",
      number: Bounds(least: CurveRequest.smoothings.lowerBound, most: CurveRequest.smoothings.upperBound)),
    .init(name: "from", meaning: "The least place on the horizontal axis; less than `to`.", number: Bounds()),
    .init(name: "to", meaning: "The greatest place on the horizontal axis.", number: Bounds()),
    .init(name: "logx", meaning: "1 for a logarithmic horizontal axis."),
    .init(name: "logy", meaning: "1 for logarithmic values."),
    .init(name: "group", meaning: "A setting: runs of one value become their mean."),
    .init(
      name: "width", meaning: "The width of the drawing in pixels.",
      number: Bounds(least: 200, most: 4000, isWhole: true)),
    .init(
      name: "height", meaning: "The height of the drawing in pixels.",
      number: Bounds(least: 150, most: 4000, isWhole: true)),
  ]

  /// All addresses.
  static let endpoints: [Endpoint] = [
    Endpoint(
      path: "/runs", summary: "Runs with their latest metrics, in pages.",
      parameters: [
        .init(name: "q", meaning: "A part of the id, name, model or algorithm."),
        .init(name: "status", meaning: "The status.", values: Run.Status.allCases.map(\.rawValue)),
        .init(name: "model", meaning: "The name of the model."),
        .init(name: "algorithm", meaning: "The name of the algorithm."),
        .init(name: "name", meaning: "The name of the run."),
        .init(name: "tag", meaning: "One of its tags."),
        .init(name: "parent", meaning: "The id of the run that it was forked from."),
        .init(
          name: "sort",
          meaning:
            "updated, created, step, name, model or a metric; - before it begins with the greatest; default -updated."
        ),
        .init(
          name: "offset", meaning: "The number of runs to leave out, 0 by default.",
          number: Bounds(least: 0, most: 1e9, isWhole: true)),
        .init(
          name: "limit", meaning: "The most runs; 100 by default.",
          number: Bounds(least: 1, most: 1000, isWhole: true)),
      ]
    ) { zoo, _, query in
      let listing = try RunListing(query)
      let offset = try query.number("offset", in: 0...1_000_000_000, default: 0)
      let limit = try query.number("limit", in: 1...1000, default: 100)
      let runs = try listing.runs(zoo.store, offset: offset, limit: limit)
      return try RecordJSON.data(
        RunList(count: zoo.store.runCount(listing.filter), offset: offset, runs: runs.map(RunRecord.init)))
    },
    Endpoint(path: "/runs/:run", summary: "A run: settings, graphs, checkpoints, events, pictures.") { zoo, path, _ in
      let run = try zoo.store.run(path.require("run"))
      let graphs = try zoo.store.runGraphs(of: run.id)
      return try RecordJSON.data(
        RunDetail(
          run: RunRecord(run),
          settings: Dictionary(uniqueKeysWithValues: run.settingPaths.map { ($0, run.setting($0) ?? "") }),
          networks: graphs.networks.keys.sorted(), programs: graphs.programs.keys.sorted(),
          checkpoints: zoo.store.checkpoints(of: run.id).map(CheckpointRecord.init),
          events: zoo.store.events(of: run.id).map(EventRecord.init),
          pictures: zoo.store.pictures(of: run.id).map(PictureRecord.init)))
    },
    Endpoint(path: "/runs/:run/metrics", summary: "All values of all metrics of a run.") { zoo, path, _ in
      let run = try zoo.store.run(path.require("run"))
      return try RecordJSON.data(zoo.store.metrics(of: run.id).map(MetricRecord.init), isPretty: false)
    },
    Endpoint(
      path: "/runs/:run/curve", summary: "The values of a drawing: at most two for each column of pixels.",
      parameters: curve
    ) { zoo, path, query in
      try RecordJSON.data(CurveAnswers.record(of: [path.require("run")], query, zoo), isPretty: false)
    },
    Endpoint(
      path: "/curve", summary: "The values of a drawing of several runs.",
      parameters: [.init(name: "run", meaning: "The id of a run; repeated for each run.", isRequired: true)] + curve
    ) { zoo, _, query in
      try RecordJSON.data(CurveAnswers.record(of: query.all("run"), query, zoo), isPretty: false)
    },
    Endpoint(path: "/models", summary: "The models of the program.") { zoo, _, _ in
      try RecordJSON.data(ModelSummary.all(zoo.catalogue))
    },
    Endpoint(path: "/openapi.json", summary: "This description.") { _, _, _ in try OpenAPI.document() },
  ]
}
