import Foundation
import Rendering
import RunStore
import TestSupport
import Testing
@testable import ZooKit

/// Curves of stored runs.
@Suite struct MetricPlotTests {
  private func points(_ values: [Double]) -> [MetricPoint] {
    values.enumerated().map { MetricPoint(step: $0 * 10, value: $1) }
  }

  private func isNear(_ found: [Double], _ expected: [Double]) -> Bool {
    found.count == expected.count
      && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 || $0.isNaN && $1.isNaN || $0 == $1 }
  }

  @Test func meansAreCentred() {
    let found = Smoothing.mean(3).apply(to: points([1, 2, 6, 4, .nan, 8]))
    #expect(isNear(found.map(\.value), [1.5, 3, 4, 6, .nan, 6]))
    #expect(found.map(\.step) == [0, 10, 20, 30, 40, 50])
    #expect(isNear(Smoothing.mean(100).apply(to: points([1, 2, 3])).map(\.value), [2, 2, 2]))
  }

  /// A constant stays itself, and 0, 1 with weight 0.5 is (0 · 0.25 + 1 · 0.5) / 0.75.
  @Test func exponentialAveragesHaveNoBias() {
    #expect(
      isNear(Smoothing.exponential(0.9).apply(to: points([5, 5, .infinity, 5])).map(\.value), [5, 5, .infinity, 5]))
    #expect(isNear(Smoothing.exponential(0.5).apply(to: points([0, 1])).map(\.value), [0, 2.0 / 3]))
  }

  @Test func smoothingsAreRead() {
    let texts: [(String, Smoothing?)] = [
      ("1", Smoothing.none), ("0", Smoothing.none), ("50", .mean(50)), ("0.9", .exponential(0.9)), ("1.5", nil),
      ("-3", nil), ("nan", nil),
      ("much", nil), ("inf", nil),
    ]
    for (text, expected) in texts { #expect(Smoothing(text) == expected, "\(text)") }
  }

  /// The mean at places of any curve, with linear interpolation, by hand.
  @Test func aMeanInterpolates() {
    let curves = [
      [PlotPoint(0, 0), PlotPoint(10, 10)], [PlotPoint(0, 2), PlotPoint(5, .nan), PlotPoint(10, 4), PlotPoint(20, 6)],
      [PlotPoint(5, 9)],
    ]
    let mean = MeanCurve(curves, scale: .linear)
    #expect(mean.points == [PlotPoint(0, 1), PlotPoint(5, 17.0 / 3), PlotPoint(10, 7), PlotPoint(20, 6)])
    #expect(mean.band.map(\.x) == [0, 5, 10])
    for (band, point) in zip(mean.band, mean.points) { #expect(band.low <= point.y && point.y <= band.high) }
    #expect(mean.band[0].low >= 0 && mean.band[0].high <= 2)
    #expect(MeanCurve([], scale: .linear).points.isEmpty && MeanCurve([[]], scale: .logarithmic).points.isEmpty)
  }

  /// 10,000 points of a line: each place has the mean of its part.
  @Test func aLongMeanIsThatOfItsParts() {
    let curve = (0..<10_000).map { PlotPoint(Double($0), Double($0)) }
    let mean = MeanCurve([curve, curve.map { PlotPoint($0.x, $0.y + 2) }], scale: .linear)
    #expect(mean.points.count == MeanCurve.places)
    for point in mean.points { #expect(abs(point.y - point.x - 1) < 1, "\(point)") }
  }

  /// The mean of some runs lies in its interval, which is as wide as NumPy's for normal values: ± 1.96 σ / √n.
  @Test func theIntervalIsThatOfAMean() {
    var random = SplitMix64(seed: 5)
    let count = 40
    let curves = (0..<count).map { _ in
      let sum = (0..<12).reduce(0.0) { total, _ in total + .random(in: 0...1, using: &random) }
      return [PlotPoint(1, sum - 6)]
    }
    let band = MeanCurve(curves, scale: .linear).band[0]
    let half = (band.high - band.low) / 2
    #expect(half > 0.15 && half < 0.5, "\(band)")
  }

  @Test func runsAreGroupedByASetting() throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.named("wgan-gp-tiny")
    var runs: [Run] = []
    for (weight, seed) in [("5", 1), ("5", 2), ("1", 1)] as [(String, UInt64)] {
      let changed = try recipe.setting(["penalty.weight=\(weight)"])
      runs.append(try tiny.zoo.train(changed, steps: 12, seed: seed, options: tiny.options()))
    }
    let store = tiny.zoo.store
    let plot = try MetricPlot(metrics: ["critic", "penalty"], group: "penalty.weight").plot(of: runs, in: store)
    #expect(plot.panels.map(\.y.label) == ["critic", "penalty"] && plot.note.contains("95 % bootstrap"))
    let series = plot.panels[0].series
    #expect(series.map(\.name) == ["penalty.weight=5 (2 runs)", "penalty.weight=1 (1 run)"])
    let (first, second) = (
      try store.curve(of: runs[0].id, key: "critic"), try store.curve(of: runs[1].id, key: "critic")
    )
    #expect(series[0].points.map(\.x) == first.map { Double($0.step) })
    #expect(isNear(series[0].points.map(\.y), zip(first, second).map { ($0.value + $1.value) / 2 }))
    #expect(series[0].band.count == first.count && series[1].band.isEmpty)
    #expect(try MetricPlot(group: "seed").plot(of: runs, in: store).panels[0].series.count == 2)
    #expect(try MetricPlot(group: "model").plot(of: runs, in: store).panels[0].series.count == 1)
    let error = #expect(throws: ModelZooError.self) {
      try MetricPlot(group: "penalty.wieght").plot(of: runs, in: store)
    }
    #expect(error?.message.contains("no run has a setting 'penalty.wieght'; did you mean 'penalty.weight'?") == true)

    // Each run for itself, on every axis.
    for abscissa in MetricPlot.Abscissa.allCases {
      let plot = try MetricPlot(metrics: ["critic"], abscissa: abscissa, smoothing: .mean(3)).plot(of: runs, in: store)
      #expect(plot.panels[0].series.map(\.isFaint) == [true, false, true, false, true, false])
      let xs = plot.panels[0].series[0].points.map(\.x)
      #expect(xs.count == first.count && zip(xs, xs.dropFirst()).allSatisfy { $0 <= $1 })
    }
    #expect(throws: ModelZooError.self) {
      try MetricPlot(abscissa: .time, isXLogarithmic: true).plot(of: runs, in: store)
    }
  }

  /// A run that trains, continues, and returns to an earlier checkpoint: what is followed is what is stored.
  @Test func aFollowedRunHasTheStoredValues() throws {
    let tiny = try TinyZoo()
    let run = try tiny.train(steps: 20)
    let store = tiny.zoo.store
    var followed = try FollowedRun(run.id, in: store, metrics: ["critic", "penalty"])
    func check() throws {
      for panel in try #require(followed.plot).panels {
        let stored = try store.curve(of: run.id, key: panel.y.label)
        #expect(panel.series.count == 1 && !stored.isEmpty)
        #expect(panel.series[0].points == stored.map { PlotPoint(Double($0.step), $0.value) })
      }
    }
    try check()
    #expect(try !followed.update())
    try tiny.zoo.resume(run.id, until: 30, options: tiny.options())
    #expect(try followed.update() && followed.run.step == 30)
    try check()
    // Another weight from step 20 on: values of the same steps differ.
    try tiny.zoo.resume(
      "\(run.id)@20", until: 40, setting: ["penalty.weight=1"], discardLater: true, options: tiny.options())
    #expect(try followed.update() && followed.run.step == 40)
    try check()
    #expect(try !followed.update())
  }
}
