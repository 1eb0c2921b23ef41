import RunStore
import ZooKit

/// Runs beside each other: their curves in one drawing for each metric, and the settings that differ.
struct ComparePage {
  /// The most runs.
  static let limit = 20

  private let runs: [Run]
  private let request: CurveRequest

  /// - Throws: ``ServerError`` with code `badRequest` for no runs or too many; `StoreError` if there is no such run.
  init(_ query: Query, _ zoo: ModelZoo) throws {
    var seen: Set<String> = []
    let ids = query.all("run").filter { seen.insert($0).inserted }
    guard (1...Self.limit).contains(ids.count) else {
      throw ServerError(.badRequest, "run: expected 1 to \(Self.limit) runs to compare, found \(ids.count)")
    }
    runs = try ids.map(zoo.store.run)
    request = try CurveRequest(query)
  }

  private struct RunView {
    let id, title: String
  }

  private struct Difference {
    let path: String
    let values: [String]
  }

  private struct Content {
    let runs: [RunView]
    let hasCurves, hasDifferences: Bool
    let fields: CurveFields
    let groups: [CurveFields.Choice]
    let curves: [CurveFigure]
    let differences: [Difference]
    let parallel: String?
  }

  /// The page.
  func answer() -> Answer {
    let differences = differences
    let curves = curves
    let content = Content(
      runs: runs.map { RunView(id: $0.id, title: $0.title) }, hasCurves: !curves.isEmpty,
      hasDifferences: !differences.isEmpty, fields: CurveFields(request),
      groups: differences.map(\.path).filter { !["seed", "name"].contains($0) }.map {
        CurveFields.Choice(value: $0, label: $0, isChosen: request.group == $0)
      },
      curves: curves, differences: differences,
      parallel: SettingPlot.plot(of: runs).map { _ in
        "/compare/parallel.svg" + Query.text(runs.map { ("run", $0.id) })
      })
    return Templates.page("compare", title: "Comparison of \(runs.count) runs", content, isLive: true)
  }

  /// A drawing of each metric that all runs have.
  private var curves: [CurveFigure] {
    let common = runs.dropFirst().reduce(Set(runs[0].latestMetrics.keys)) { $0.intersection($1.latestMetrics.keys) }
    let first = MetricPlot.usual.filter(common.contains)
    let others = common.subtracting(first).sorted()
    return (first + others).map { key in
      let parameters = request.parameters(of: key, runs: runs.map(\.id))
      return CurveFigure(
        name: key, value: "", step: "", image: "/compare/curve.svg\(parameters)",
        file: "/compare/curve.png\(parameters)&width=1120&height=600",
        points: "/api/v1/curve\(parameters)", text: "The course of \(key) in \(Format.count(runs.count, "run"))")
    }
  }

  /// The settings that are not equal in all runs.
  private var differences: [Difference] {
    SettingPlot.differences(of: runs).map { Difference(path: $0.path, values: $0.values.map { $0 ?? "" }) }
  }

  /// The drawing of settings and last values.
  ///
  /// - Throws: ``ServerError`` with code `notFound` if the runs have equal settings.
  func parallel() throws -> Answer {
    guard let plot = SettingPlot.plot(of: runs) else {
      throw ServerError(.notFound, "the runs have equal settings: there is nothing to draw")
    }
    return .svg(plot.svg())
  }
}
