import ZooKit

/// The fields of a form for curves.
struct CurveFields {
  struct Choice {
    let value, label: String
    let isChosen: Bool
  }

  let axes: [Choice]
  let smooth, from, to: String
  let logX, logY, isChanged: Bool

  init(_ request: CurveRequest) {
    axes = MetricPlot.Abscissa.allCases.map {
      Choice(value: $0.rawValue, label: $0.rawValue, isChosen: request.abscissa == $0)
    }
    smooth = "\(request.smoothing)"
    (from, to) = (request.from.map { "\($0)" } ?? "", request.to.map { "\($0)" } ?? "")
    (logX, logY, isChanged) = (request.isXLogarithmic, request.isYLogarithmic, request.isChanged)
  }
}

/// A drawing of a metric on a page.
struct CurveFigure {
  let name, value, step, image, file, points, text: String
}
