import Foundation
import GraphIR
import Rendering
import RunStore
import TestSupport
import Testing
@testable import ZooKit

/// Distributions of stored weights.
@Suite struct WeightPlotTests {
  /// The numbers and the bits are those of the checkpoint; norms are taken in double precision here, too.
  @Test func countsAndNormsAreThoseOfTheCheckpoints() throws {
    let tiny = try TinyZoo()
    let text = try Recipe.named("wgan-gp-tiny").text.replacing("every: 100", with: "every: 10")
    let recipe = try Recipe(yaml: text, source: "tiny.yaml")
    let run = try tiny.zoo.train(recipe, steps: 20, seed: 3, options: tiny.options())
    let store = tiny.zoo.store
    let names = try store.runGraphs(of: run.id).weightNames
    let (before, after) = (try store.snapshot(of: run.id, at: .step(10)), try store.snapshot(of: run.id))
    #expect(!names.isEmpty && names.allSatisfy { after.tensors[$0] != nil }, "\(names)")
    for name in names {
      let (old, new) = (try #require(before.tensors[name]), try #require(after.tensors[name]))
      #expect(try store.tensor(name, of: run.id) == new && store.tensor(name, of: run.id, at: .step(10)) == old)
      let (low, high) = (old.elements(as: Float.self).map(Double.init), new.elements(as: Float.self).map(Double.init))
      let plot = try WeightPlot(name, step: 20).plot(of: run.id, in: store)
      #expect(count(plot) == high.count)
      let mean = high.reduce(0, +) / Double(high.count)
      #expect(plot.note.hasPrefix("mean \(String(format: "%.4g", mean)), standard deviation "), "\(plot.note)")
      let change = try WeightPlot(name, step: 20, since: 10).plot(of: run.id, in: store)
      let differences = zip(high, low).map { $0 - $1 }
      #expect(count(change) == high.count)
      let lengths = [differences, low].map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      guard lengths[1] > 0 else { continue }
      #expect(
        change.note.contains(": \(String(format: "%.4g", lengths[0] / lengths[1])) of the norm"), "\(change.note)")
      let ends = change.panels[0].series[0].points.map(\.x)
      if let least = differences.min(), let greatest = differences.max(), least < greatest {
        #expect(ends.first == least && ends.last == greatest)
      }
    }
    #expect(
      #expect(throws: StoreError.self) { try WeightPlot("nothing", step: 20).plot(of: run.id, in: store) }?.code
        == .noTensor)
    #expect(
      #expect(throws: StoreError.self) { try WeightPlot(names[0], step: 7).plot(of: run.id, in: store) }?.code
        == .noCheckpoint)
  }

  /// The sum of the counts: each bucket has its height at both ends.
  private func count(_ plot: Plot) -> Int { Int(plot.panels[0].series[0].points.map(\.y).reduce(0, +)) / 2 }
}
