import Environments
import Foundation
import Pictures
import Rendering
import Testing

/// Known states are drawn at their geometric positions. Measures and colours are Gymnasium's.
@Suite("Scenes")
struct SceneTests {
  private let black = Color.black
  private let cyan = Color(0, 204, 204)
  private let yellow = Color(204, 204, 0)
  private let red = Color(204, 77, 77)
  private let brown = Color(202, 152, 101)

  private func picture(_ id: EnvironmentID, _ variables: [Double], after action: Action? = nil) throws -> Picture {
    var environment = try id.makeVector(count: 1, seed: 0)
    var arrays = try environment.state.arrays
    arrays["\(id.rawValue)/variables"] = .float64(variables)
    try environment.restore(EnvironmentState(arrays))
    return try Picture(of: environment, after: action)
  }

  @Test("The cart is at its position, the pole at its angle", arguments: [-1.8, -0.7, 0, 1.2], [-0.4, 0, 0.2, 1.5])
  func cartPole(_ position: Double, _ angle: Double) throws {
    let picture = try picture(.cartPole, [position, 9, angle, 9])
    #expect((picture.width, picture.height) == (600, 400))
    // 4.8 units are 600 pixels wide. The pole, 125 long and 10 wide, rotates about a point 5 above its lower end.
    let cart = CanvasPoint(300 + 125 * position, 100)
    let axle = cart + CanvasPoint(0, 7.5)
    // The axle, a circle of radius 5, covers the part of its area that is centred on the axle.
    let middle = axle + 57.5 * 1250 / (1250 - 25 * .pi) * CanvasPoint(sin(angle), cos(angle))

    let pole = picture.points { $0 == brown }
    let visible = centre(of: pole)
    #expect(abs(atan2(visible.x - axle.x, visible.y - axle.y) - angle) < 0.01)
    #expect(areNear(visible, middle, 1.5))
    let far = pole.map { (($0 - axle) * ($0 - axle)).sum().squareRoot() }.max() ?? 0
    #expect(abs(far - 120) < 1)
    #expect(picture.color(at: axle.x, axle.y) == Color(129, 132, 203))

    // The cart is 50 x 30, and the pole does not cover its lower edge.
    let edge = picture.points { $0 == black }.filter { $0.y < 99 }
    #expect(abs(bounds(of: edge).low.x - (cart.x - 25)) <= 1)
    #expect(abs(bounds(of: edge).high.x - (cart.x + 25)) <= 1)
    #expect(bounds(of: edge).low.y == 85)
    // The track reaches from border to border, below the axle.
    #expect([0.0, 599].allSatisfy { picture.color(at: $0, 99) == black && picture.color(at: $0, 97) == .white })
  }

  @Test(
    "The links hang at their angles",
    arguments: [[0, 0], [0.1, -0.2], [1.57, 0], [-1.57, 1.57], [2, 1], [3, -2], [-2.5, 3], [3.14, 0]])
  func acrobot(_ angles: [Double]) throws {
    let picture = try picture(.acrobot, angles + [0, 0])
    #expect((picture.width, picture.height) == (500, 500))
    let scale = 500 / 4.4
    let axle = CanvasPoint(250, 250)
    let elbow = axle + scale * CanvasPoint(sin(angles[0]), -cos(angles[0]))
    let sum = angles[0] + angles[1]
    let end = elbow + scale * CanvasPoint(sin(sum), -cos(sum))
    #expect(picture.color(at: axle.x, axle.y) == yellow)
    // The second link may end on the first joint.
    #expect(picture.color(at: elbow.x, elbow.y) == yellow)
    for point in [0.8 * axle + 0.2 * elbow, 0.5 * (axle + elbow), 0.5 * (elbow + end), 0.2 * elbow + 0.8 * end, end] {
      #expect([cyan, yellow].contains(picture.color(at: point.x, point.y)))
    }
    let drawn = bounds(of: picture.points { $0 == cyan || $0 == yellow })
    let low = pointwiseMin(pointwiseMin(axle, elbow), end) - 0.1 * scale
    let high = pointwiseMax(pointwiseMax(axle, elbow), end) + 0.1 * scale
    #expect(areNear(drawn.low, low, 1) && areNear(drawn.high, high, 1))
    // The line to pass is a link's length above the axle.
    let line = picture.points { $0 == black }
    #expect(line.count > 400 && line.allSatisfy { abs($0.y - (250 + scale)) < 1 })
  }

  @Test("The rod stands at its angle", arguments: [-3, -1.6, -0.5, 0, 0.3, 1, 2.2, 3.14, 9])
  func pendulum(_ angle: Double) throws {
    let picture = try picture(.pendulum, [angle, 0])
    #expect((picture.width, picture.height) == (500, 500))
    let scale = 500 / 4.4
    let tip = CanvasPoint(250, 250) + scale * CanvasPoint(-sin(angle), cos(angle))
    let drawn = bounds(of: picture.points { $0 == red })
    #expect(areNear(drawn.low, pointwiseMin(CanvasPoint(250, 250), tip) - 0.1 * scale, 1))
    #expect(areNear(drawn.high, pointwiseMax(CanvasPoint(250, 250), tip) + 0.1 * scale, 1))
    let axle = picture.points { $0 == black }
    #expect(areNear(centre(of: axle), CanvasPoint(250, 250), 0.1))
    #expect(abs(bounds(of: axle).high.x - (250 + 0.05 * scale)) < 1)
  }

  @Test("The arrow has the direction of the torque, and is longer for a greater one", arguments: [-2.2, 0, 0.4, 2.9])
  func torque(_ angle: Double) throws {
    /// The angle from the rod to the furthest ink on the arrow's circle in the direction of the torque.
    func reach(_ torque: Float) throws -> Double {
      let picture = try picture(.pendulum, [angle, 0], after: .continuous([torque]))
      let offsets = picture.points { $0 == black }.map { $0 - CanvasPoint(250, 250) }
        .filter { abs(($0 * $0).sum().squareRoot() - 0.45 * 500 / 4.4) < 1.5 }
      let turns = offsets.map { offset in
        remainder(atan2(-offset.x, offset.y) - angle, 2 * .pi)
      }
      return (torque < 0 ? turns.min() : turns.max()) ?? 0
    }
    let (little, much, back) = (try reach(0.5), try reach(2), try reach(-2))
    // 120° for the greatest torque, plus the head.
    #expect(abs(little - .pi / 6) < 0.4 && little > .pi / 6)
    #expect(abs(much - 2 * .pi / 3) < 0.4 && much > 2 * .pi / 3)
    #expect(abs(much + back) < 0.05)
    #expect(
      try picture(.pendulum, [angle, 0], after: .continuous([3]))
        == picture(.pendulum, [angle, 0], after: .continuous([2])))
    #expect(try picture(.pendulum, [angle, 0], after: .continuous([0])) == picture(.pendulum, [angle, 0]))
  }

  @Test("The car stands on the curve, along the slope", arguments: [-1, -0.8, -0.5236, -0.3, 0, 0.2, 0.4])
  func mountainCar(_ position: Double) throws {
    let picture = try picture(.mountainCarContinuous, [position, 0])
    #expect((picture.width, picture.height) == (600, 400))
    let scale = 600 / 1.8
    let ground = scale * CanvasPoint(position + 1.2, 0.45 * sin(3 * position) + 0.55)
    let slope = atan(1.35 * cos(3 * position))
    func color(along: Double, above: Double) -> Color {
      let point = ground + along * CanvasPoint(cos(slope), sin(slope)) + above * CanvasPoint(-sin(slope), cos(slope))
      return picture.color(at: point.x, point.y)
    }
    // A body of 40 x 20, 10 above the ground; wheels of radius 8 at a quarter of its length from the middle.
    for side in [-1.0, 1] {
      #expect(color(along: 10 * side, above: 10) == Color(128, 128, 128))
      #expect(color(along: 10 * side, above: 3.5) == Color(128, 128, 128))
      #expect(color(along: 18.5 * side, above: 28) == black)
      #expect(color(along: 22 * side, above: 28) == .white)
    }
    #expect(color(along: 0, above: 28) == black)
    #expect(color(along: 0, above: 32) == .white)
    #expect(color(along: 0, above: 5) == .white)
  }

  @Test("The curve passes through its points, and the flag is at the goal")
  func mountain() throws {
    let picture = try picture(.mountainCarContinuous, [-1.2, 0])
    let scale = 600 / 1.8
    for column in stride(from: 60.0, to: 600, by: 9) {
      let position = (column + 0.5) / scale - 1.2
      let height = scale * (0.45 * sin(3 * position) + 0.55)
      #expect(picture.color(at: column, height).red < 128)
      #expect(picture.color(at: column, height - 6) == .white)
    }
    let foot = scale * CanvasPoint(0.45 + 1.2, 0.45 * sin(1.35) + 0.55)
    for above in [10.0, 30, 45] {
      #expect([-1, 0].contains { picture.color(at: foot.x + $0, foot.y + above).red < 128 })
    }
    #expect(picture.color(at: foot.x, foot.y + 53) == .white)
    #expect(picture.color(at: foot.x + 6, foot.y + 45) == yellow)
    #expect(picture.color(at: foot.x - 6, foot.y + 45) == .white)
  }
}
