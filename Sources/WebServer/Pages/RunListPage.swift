import Foundation
import RunStore
import ZooKit

/// The table of runs. Filter, order, columns and page are parameters of the address, so that a link is a view.
struct RunListPage {
  /// The runs of a page.
  static let pageSize = 50

  /// The columns with a fixed meaning that can be sorted by.
  private static let columns: [(title: String, order: String?)] = [
    ("Run", nil), ("Name", "name"), ("Model", "model"), ("Status", nil), ("Step", "step"),
  ]

  private let query: Query
  private let order: String
  private let metrics: [String]
  private let page: Int
  private let runs: [Run]
  private let count: Int
  private let known: [String]

  /// Reads the runs that a query asks for.
  ///
  /// - Throws: ``ServerError`` with code `badRequest`; `StoreError`.
  init(_ query: Query, _ zoo: ModelZoo) throws {
    self.query = query
    page = try query.number("page", in: 1...1_000_000, default: 1)
    order = query["sort"] ?? "-updated"
    let listing = try RunListing(query)
    count = try zoo.store.runCount(listing.filter)
    runs = try listing.runs(zoo.store, offset: (page - 1) * Self.pageSize, limit: Self.pageSize)
    known = Set(runs.flatMap(\.latestMetrics.keys)).sorted()
    let chosen = query["columns"]?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    metrics = chosen ?? Array(Self.usual.filter(known.contains).prefix(3))
  }

  /// Metrics that tell most of a run.
  private static let usual = ["evaluation", "return", "accuracy", "wasserstein", "margin", "loss", "critic"]

  private struct Choice {
    let value, label: String
    let isChosen: Bool
  }

  private struct Heading {
    let title: String
    let link, order: String?
    let isNumber: Bool
  }

  private struct Tag {
    let name, link: String
  }

  private struct Row {
    let id, name, model, status, step, updated: String
    let tags: [Tag]
    let progress: Int?
    let values: [String]
    let spark, sparkText: String?
  }

  private struct Content {
    let search, columns, count: String
    let tag: String?
    let isEmpty: Bool
    let statuses: [Choice]
    let metrics: [String]
    let headings: [Heading]
    let sort: String?
    let runs: [Row]
    let previous, next: String?
  }

  /// The page.
  func answer() -> Answer {
    let last = max(1, (count + Self.pageSize - 1) / Self.pageSize)
    let place = last > 1 ? ", page \(page) of \(last)" : ""
    let content = Content(
      search: query["q"] ?? "", columns: query["columns"] ?? "", count: Format.count(count, "run") + place + ".",
      tag: query["tag"], isEmpty: runs.isEmpty,
      statuses: [Choice(value: "", label: "any", isChosen: query["status"] == nil)]
        + Run.Status.allCases.map {
          Choice(value: $0.rawValue, label: $0.rawValue, isChosen: query["status"] == $0.rawValue)
        },
      metrics: known, headings: headings, sort: query["sort"], runs: runs.map(row),
      previous: page > 1 ? "/" + query.with(["page": "\(page - 1)"]) : nil,
      next: page < last ? "/" + query.with(["page": "\(page + 1)"]) : nil)
    return Templates.page("runs", title: "Runs", content, isLive: true)
  }

  private var headings: [Heading] {
    Self.columns.map { heading($0.title, $0.order, isNumber: $0.title == "Step") }
      + metrics.map { heading($0, $0, isNumber: true) }
      + [heading("Curve", nil, isNumber: false), heading("Updated", "updated", isNumber: false)]
  }

  /// A heading whose link sorts by its column, and in the other direction the second time.
  private func heading(_ title: String, _ key: String?, isNumber: Bool) -> Heading {
    guard let key else { return Heading(title: title, link: nil, order: nil, isNumber: isNumber) }
    let (isDescending, isSorted) = (order == "-\(key)", order == key || order == "-\(key)")
    let next = isDescending ? key : "-\(key)"
    return Heading(
      title: title + (isSorted ? (isDescending ? " ↓" : " ↑") : ""),
      link: "/" + query.with(["sort": next, "page": nil]),
      order: isSorted ? (isDescending ? "descending" : "ascending") : nil, isNumber: isNumber)
  }

  private func row(_ run: Run) -> Row {
    let curve = metrics.first { run.latestMetrics[$0] != nil } ?? run.latestMetrics.keys.sorted().first
    return Row(
      id: run.id, name: run.name ?? "", model: run.model, status: run.status.rawValue, step: Format.count(run.step),
      updated: run.updated.formatted(.iso8601),
      tags: run.tags.map { Tag(name: $0, link: "/" + query.with(["tag": $0, "page": nil])) }, progress: run.progress,
      values: metrics.map { key in run.latestMetrics[key].map { Format.metric($0.value) } ?? "" },
      spark: curve.map { "/runs/\(run.id)/spark.svg" + Query.text([("metric", $0)]) },
      sparkText: curve.map { "The course of \($0)" })
  }
}

extension Run {
  /// The share of finished steps in percent while steps are left; nil otherwise.
  var progress: Int? {
    guard status != .done, let targetStep, targetStep > 0 else { return nil }
    return min(100, 100 * step / targetStep)
  }

  /// The name and the id.
  var title: String { name.map { "\($0) (\(id))" } ?? id }
}
