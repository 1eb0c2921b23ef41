import Foundation
import Rendering
import RunStore
import ZooKit

/// Drawings and values of metrics.
enum CurveAnswers {
  /// The size of a drawing in pixels unless the parameters `width` and `height` say another.
  private static let (width, height) = (560, 300)

  /// The curves of the metric in the parameter `metric`.
  ///
  /// - Throws: ``ServerError`` with code `badRequest`; `StoreError`; `ModelZooError`.
  static func drawing(of runs: [String], _ query: Query, _ zoo: ModelZoo) throws -> Answer {
    .svg(try plot(of: runs, query, zoo).svg())
  }

  /// ``drawing(of:_:_:)`` as a PNG file to save.
  ///
  /// - Throws: as ``drawing(of:_:_:)``; `RenderingError`.
  static func picture(of runs: [String], _ query: Query, _ zoo: ModelZoo) throws -> Answer {
    let plot = try plot(of: runs, query, zoo)
    let name = "\(runs[0])-\(query["metric"] ?? "").png"
    return Answer("image/png", try plot.data(ending: "png"), fileName: name)
  }

  /// The values of ``drawing(of:_:_:)``.
  ///
  /// - Throws: as ``drawing(of:_:_:)``.
  static func record(of runs: [String], _ query: Query, _ zoo: ModelZoo) throws -> CurveRecord {
    CurveRecord(try plot(of: runs, query, zoo), metric: query["metric"] ?? "")
  }

  private static func plot(of runs: [String], _ query: Query, _ zoo: ModelZoo) throws -> Plot {
    guard let metric = query["metric"] else { throw ServerError(.badRequest, "metric: expected a name, found none") }
    guard (1...ComparePage.limit).contains(runs.count) else {
      throw ServerError(.badRequest, "run: expected 1 to \(ComparePage.limit) runs, found \(runs.count)")
    }
    return try CurveRequest(query).plot(
      metric, of: runs.map(zoo.store.run), in: zoo.store,
      width: query.number("width", in: 200...4000, default: width),
      height: query.number("height", in: 150...4000, default: height))
  }

  /// A small curve without axes.
  ///
  /// - Throws: as ``drawing(of:_:_:)``.
  static func spark(of run: String, _ query: Query, _ zoo: ModelZoo) throws -> Answer {
    guard let metric = query["metric"] else { throw ServerError(.badRequest, "metric: expected a name, found none") }
    let (width, height) = (120.0, 28.0)
    guard let steps = try zoo.store.stepRange(of: run, key: metric) else { return .svg(sparkFrame("")) }
    let x = AxisRange([Double(steps.lowerBound), Double(steps.upperBound)], scale: .linear)
    let ranges = ColumnExtremes(x, columns: Int(width / 2)).steps
    let points = try zoo.store.curve(of: run, key: metric, extremesIn: ranges).filter { $0.value.isFinite }
    let y = AxisRange(points.map(\.value), scale: .linear, margin: 0.08)
    let places = points.compactMap { point in
      x.position(of: Double(point.step)).flatMap { left in
        y.position(of: point.value).map { up in
          String(format: "%.1f,%.1f", 1 + left * (width - 2), 1 + (1 - up) * (height - 2))
        }
      }
    }
    return .svg(sparkFrame(places.joined(separator: " ")))
  }

  private static func sparkFrame(_ places: String) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 28" width="120" height="28" role="presentation">\
    <style>polyline{fill:none;stroke:#0072b2;stroke-width:1.4;stroke-linejoin:round}\
    @media (prefers-color-scheme:dark){polyline{stroke:#56b4e9}}</style><polyline points="\(places)"/></svg>
    """
  }

  /// All metrics of a run, as `zoo log --format csv` writes them.
  ///
  /// - Throws: `StoreError` if there is no such run.
  static func csv(of run: String, _ zoo: ModelZoo) throws -> Answer {
    let logged = try zoo.loggedRun(zoo.store.run(run).id)
    let lines = try logged.rows().map(logged.csv)
    return Answer(
      "text/csv; charset=utf-8", (LoggedRun.csvHeader + lines.joined()).utf8, fileName: "\(run).csv")
  }
}
