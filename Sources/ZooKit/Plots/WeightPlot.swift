import Foundation
import GraphIR
import Rendering
import RunStore
import TensorBoardFormat

/// The distribution of a tensor's numbers in a checkpoint of a run, or of their changes since an earlier checkpoint.
///
/// ```swift
/// let names = try zoo.store.runGraphs(of: run).weightNames
/// let plot = try WeightPlot(names[0], step: 2000, since: 1000).plot(of: run, in: zoo.store)
/// ```
public struct WeightPlot: Sendable {
  /// The name of the tensor in the state, such as `critic/0.weight`.
  public var name: String
  /// The step of the checkpoint.
  public var step: Int
  /// The step of the earlier checkpoint; nil, the default, for the numbers themselves.
  public var since: Int?
  /// The width in pixels.
  public var width: Int
  /// The height in pixels.
  public var height: Int

  private static let buckets = 60

  /// A plot of a tensor.
  public init(_ name: String, step: Int, since: Int? = nil, width: Int = 420, height: Int = 290) {
    (self.name, self.step, self.since, self.width, self.height) = (name, step, since, width, height)
  }

  /// Reads the numbers and counts them.
  ///
  /// - Parameters:
  ///   - run: the run's id.
  ///   - store: the store with the run.
  /// - Throws: `StoreError` if there is no such run, checkpoint or tensor, or it is damaged.
  public func plot(of run: String, in store: Store) throws -> Plot {
    var numbers = try store.tensor(name, of: run, at: .step(step)).doubles
    var note = ""
    if let since {
      let before = try store.tensor(name, of: run, at: .step(since)).doubles
      let length = Self.norm(before)
      numbers = zip(numbers, before).map { $0 - $1 }
      if length > 0 { note = "norm of the change: \(Format.metric(Self.norm(numbers) / length)) of the norm before" }
    } else {
      let count = Double(max(numbers.count, 1))
      let mean = numbers.reduce(0, +) / count
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      note = "mean \(Format.metric(mean)), standard deviation \(Format.metric(variance.squareRoot()))"
    }
    let missing = numbers.count { !$0.isFinite }
    if missing > 0 { note += ", \(Format.count(missing)) not finite" }
    let buckets = Histogram(numbers, count: Self.buckets).buckets
    // Both ends of each bucket: the outline of its column.
    let ends = buckets.flatMap { bucket in [bucket.left, bucket.right].map { ($0, Double(bucket.count)) } }
    let outline = PlotSeries(
      name, ends.map { PlotPoint($0, $1) }, band: ends.map { PlotBand($0, 0, $1) })
    return Plot(
      title: name, note: note, x: PlotAxis(since == nil ? "value" : "change"),
      panels: [PlotPanel(y: PlotAxis("count"), series: [outline])], width: width, height: height)
  }

  private static func norm(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
