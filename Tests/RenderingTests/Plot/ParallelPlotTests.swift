import Foundation
@testable import Rendering
import Testing

@Suite("Parallel coordinates")
struct ParallelPlotTests {
  /// The places in the path of the line of a group, which is the element after the group's title.
  private func places(_ svg: String, of name: String) throws -> [(x: Double, y: Double)] {
    let group = try #require(svg.range(of: "<g><title>\(name)</title>"))
    let path = try #require(svg[group.upperBound...].firstMatch(of: /\sd="([^"]*)"/)?.1)
    return path.split { "ML".contains($0) }.map { place in
      let numbers = place.split(separator: " ").compactMap { Double($0) }
      return (numbers[0], numbers[1])
    }
  }

  private func plot(_ axes: [ParallelPlot.Axis], _ names: [String] = ["a", "b", "c"]) -> ParallelPlot {
    ParallelPlot(title: "a title", names: names, axes: axes, width: 800, height: 400)
  }

  /// Equal steps of a value, of its logarithm, and of its place among other texts are equal steps on the axis.
  @Test func placesFollowTheScaleOfEachAxis() throws {
    let svg = plot([
      .init("linear", ["1", "2", "3"]), .init("logarithmic", ["0.001", "0.1", "10"]),
      .init("texts", ["adam", "none", "sgd"]),
    ]).svg()
    let lines = try ["a", "b", "c"].map { try places(svg, of: $0) }
    #expect(lines.allSatisfy { $0.count == 3 })
    for axis in 0..<3 {
      let heights = lines.map { $0[axis].y }
      #expect(heights[0] > heights[1] && heights[1] > heights[2], "the greatest is at the top: \(heights)")
      #expect(abs((heights[0] - heights[1]) - (heights[1] - heights[2])) < 0.02, "\(heights)")
      #expect(Set(lines.map { $0[axis].x }).count == 1)
    }
    let drawn = try DrawnSVG.read(svg)
    for label in ["linear", "logarithmic", "texts", "adam", "none", "sgd"] {
      #expect(drawn.texts.contains(label), "\(label) in \(drawn.texts)")
    }
    #expect(drawn.texts.contains { $0.contains("b: linear 2, logarithmic 0.1, texts none.") }, "\(drawn.texts)")
  }

  @Test func missingValuesAreGaps() throws {
    let svg = plot([.init("x", ["1", nil, "2"]), .init("y", ["1", "2", "3"]), .init("z", [nil, "2", "3"])]).svg()
    #expect(try places(svg, of: "a").count == 2 && places(svg, of: "b").count == 2 && places(svg, of: "c").count == 3)
  }

  @Test(arguments: 1...30) func anyValuesAndNamesAreDrawn(_ count: Int) throws {
    var random = SystemRandomNumberGenerator()
    let hostile = ["<b>&\"'</b>", "\u{202E}\u{7}", "nan", "inf", "-1e308", "1e308", "0", "", "5e-324", "🦒"]
    let axes = (0..<Int.random(in: 1...12, using: &random)).map { index in
      ParallelPlot.Axis(
        hostile[index % hostile.count],
        (0..<count).map { _ in Bool.random() ? hostile.randomElement() : "\(Double.random(in: -5...5))" })
    }
    let names = (0..<count).map { "\(hostile[$0 % hostile.count]) \($0)" }
    for size in [120, 1200] {
      _ = try DrawnSVG.read(
        ParallelPlot(title: "<title>", names: names, axes: axes, width: size, height: size).svg())
    }
  }
}
