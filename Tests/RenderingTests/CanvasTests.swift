import Foundation
import Pictures
import Rendering
import Testing

@Suite("Canvas")
struct CanvasTests {
  /// Centres at different positions within a pixel.
  static let centres = [
    CanvasPoint(60, 60), CanvasPoint(60.5, 60.5), CanvasPoint(59.75, 60.3), CanvasPoint(61.1, 58.9),
  ]

  private func drawn(width: Int = 120, height: Int = 120, _ draw: (inout Canvas) -> Void) -> Picture {
    var canvas = Canvas(width: width, height: height)
    draw(&canvas)
    return canvas.picture
  }

  @Test("A circle covers its area", arguments: centres, [4, 10.5, 50])
  func circle(_ middle: CanvasPoint, _ radius: Double) {
    let picture = drawn { $0.fillCircle(middle, radius: radius, .black) }
    let area = Double.pi * radius * radius
    #expect(abs(picture.ink - area) < 0.01 * area)
    #expect(areNear(centre(of: picture.points { $0 != .white }), middle, 0.3))
  }

  @Test("A line covers its length times its width and a circle", arguments: centres, [0, 0.4, 1.2, 2, 3.14159])
  func line(_ middle: CanvasPoint, _ angle: Double) {
    let half = 30 * CanvasPoint(cos(angle), sin(angle))
    for width in [2.5, 9] {
      let picture = drawn { $0.stroke([middle - half, middle + half], width: width, .black) }
      let area = 60 * width + .pi * width * width / 4
      #expect(abs(picture.ink - area) < 0.02 * area)
    }
  }

  @Test(
    "A rotated rectangle covers its area in either orientation of its corners", arguments: centres, [0, 0.3, 0.8, 2])
  func rectangle(_ middle: CanvasPoint, _ angle: Double) {
    let along = 30 * CanvasPoint(cos(angle), sin(angle))
    let up = 8 * CanvasPoint(-sin(angle), cos(angle))
    let corners = [middle - along - up, middle + along - up, middle + along + up, middle - along + up]
    let picture = drawn { $0.fillPolygon(corners, .black) }
    #expect(abs(picture.ink - 60 * 16) < 0.01 * 60 * 16)
    #expect(drawn { $0.fillPolygon(corners.reversed(), .black) } == picture)
    #expect(drawn { $0.fillPolygon(Array(corners[2...] + corners[..<2]), .black) } == picture)
  }

  @Test("A rectangle on the grid covers whole pixels, y upwards; half a pixel further, half of them")
  func grid() {
    let red = Color(200, 0, 0)
    let picture = drawn(width: 7, height: 5) {
      $0.fillPolygon([CanvasPoint(2, 1), CanvasPoint(4, 1), CanvasPoint(4, 2), CanvasPoint(2, 2)], red)
    }
    #expect(picture.points { $0 == red } == [CanvasPoint(2.5, 1.5), CanvasPoint(3.5, 1.5)])
    #expect(picture.points { $0 != .white }.count == 2)
    // Rows of bytes come from the top.
    #expect(Array(picture.pixels[(3 * 7 + 2) * 3..<(3 * 7 + 3) * 3]) == [200, 0, 0])

    let shifted = drawn(width: 7, height: 5) {
      $0.fillPolygon([CanvasPoint(2.5, 1), CanvasPoint(4.5, 1), CanvasPoint(4.5, 3), CanvasPoint(2.5, 3)], .black)
    }
    #expect((0..<7).map { shifted.color(at: Double($0), 1).red } == [255, 255, 128, 0, 128, 255, 255])
  }

  @Test("Only parts beyond the borders are cut off", arguments: 0..<40)
  func clipping(_ seed: Int) {
    var generator = Generator(state: UInt64(seed))
    func point() -> CanvasPoint {
      CanvasPoint(Double.random(in: -20...60, using: &generator), Double.random(in: -20...50, using: &generator))
    }
    let points = [point(), point(), point()]
    let width = Double.random(in: 0.5...30, using: &generator)
    func draw(_ canvas: inout Canvas, from origin: CanvasPoint) {
      canvas.stroke(points.map { $0 + origin }, width: width, .black)
      canvas.fillPolygon(points.map { $0 + origin }, Color(200, 10, 10))
      canvas.fillCircle(points[0] + origin, radius: width, Color(0, 90, 0))
    }
    let small = drawn(width: 40, height: 30) { draw(&$0, from: .zero) }
    let large = drawn(width: 160, height: 150) { draw(&$0, from: CanvasPoint(60, 60)) }
    let differing = small.points { _ in true }.filter {
      small.color(at: $0.x, $0.y) != large.color(at: $0.x + 60, $0.y + 60)
    }
    #expect(differing.isEmpty)
  }

  @Test(
    "Shapes outside of the canvas draw nothing",
    arguments: [
      CanvasPoint(-30, 10), CanvasPoint(80, 10), CanvasPoint(10, -30), CanvasPoint(10, 80), CanvasPoint(-1e9, 1e9),
    ])
  func outside(_ middle: CanvasPoint) {
    #expect(drawn(width: 40, height: 40) { $0.fillCircle(middle, radius: 20, .black) }.ink == 0)
  }

  @Test("The shades between two colours are at most 15")
  func shades() {
    let picture = drawn { $0.fillCircle(CanvasPoint(60.3, 60.2), radius: 50, .black) }
    #expect(Set(picture.points { _ in true }.map { picture.color(at: $0.x, $0.y) }).count == 17)
  }

  /// SplitMix64: each case is the same on every run.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}
